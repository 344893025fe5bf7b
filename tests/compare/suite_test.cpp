// The parts of `reprise bench`: Holm can decide each of their pairs within the rounds that are
// planned.
#include "compare/suite.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "reprise/stats/sign_test.hpp"
#include "support/scratch.hpp"

namespace reprise::compare {
namespace {

std::vector<Part> parts(bool full) {
  const testing::Scratch folder;
  for (const char* name :
       {"bench_dense", "bench_epoch", "bench_crossentropy", "bench_optimizer", "bench_data"}) {
    const auto file = folder.path() / name;
    std::ofstream(file) << "#!/bin/sh\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  SuiteOptions options;
  options.full = full;
  options.programs = folder.path();
  return suite_parts(options);
}

TEST(Suite, EveryPairCanBeDecidedAlsoWithARoundThatSaysOtherwise) {
  const std::map<std::string, std::size_t> rows{
      {"layers", 11},  {"threads", 3},       {"operations", 46}, {"sweeps", 10}, {"cold", 11},
      {"float64", 11}, {"crossentropy", 48}, {"optimizer", 120}, {"epochs", 4},  {"time_to", 3}};
  for (const bool full : {false, true}) {
    for (const Part& part : parts(full)) {
      if (part.name == "data") continue;  // one contender: nothing is decided
      const auto others = part.plan.contenders.size() - 1;
      // the pairs that answers use; of the best beside the others each counts twice (pairs.hpp)
      const auto pairs = rows.at(part.name) * others * (part.name == "threads" ? 1 : 2);
      const auto rounds = static_cast<std::size_t>(part.plan.rounds);
      EXPECT_GE(most_wrong_signs(rounds, part.plan.level / static_cast<double>(pairs)),
                part.name == "time_to" ? 0 : 1)
          << part.name << ": " << pairs << " pairs, " << rounds << " rounds";
      EXPECT_TRUE(part.plan.all_rounds) << part.name;
    }
  }
}

TEST(Suite, FullHasWhatQuickHasAndMore) {
  std::vector<std::string> names;
  for (const Part& part : parts(true)) {
    names.push_back(part.name);
    const auto& filter = part.plan.turns.filter;
    if (part.name == "threads") {
      EXPECT_EQ(filter.find("mnist"), std::string::npos) << filter;
    }
    const auto has = [&](const std::string& flag) {
      const auto& all = part.plan.contenders.front().command.arguments;
      return std::ranges::find(all, flag) != all.end();
    };
    EXPECT_EQ(has("--cache=cold"), part.name == "cold");
    EXPECT_EQ(has("--dtype=float64"), part.name == "float64");
  }
  EXPECT_EQ(names, (std::vector<std::string>{"layers", "threads", "operations", "sweeps", "cold",
                                             "float64", "crossentropy", "optimizer", "epochs",
                                             "time_to", "data"}));
  EXPECT_EQ(parts(false).size(), 2u);
}

}  // namespace
}  // namespace reprise::compare
