// The parts of `reprise bench`: Holm can decide each of their pairs within the rounds that are
// planned.
#include "bench/suite/parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bench/suite/answers.hpp"
#include "bench/suite/report.hpp"
#include "reprise/stats/sign_test.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::suite {
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
    const auto& filter = part.plan.invocation.filter;
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

// The part `data`: a contender beside itself, whose times are the answers.
TEST(Suite, APartWithOneContenderIsTold) {
  ComparisonPlan plan;
  plan.contenders = {shell_contender("sleep 0.01")};
  plan.contenders.front().name = "bench_data";
  plan.rounds = 2;
  plan.all_rounds = true;
  SuiteResult result;
  result.parts.push_back({"data", "from files", run_comparison(plan, nullptr)});
  const auto answers = answers_of(result.parts.front());
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers.front().subject, "wall_time");
  EXPECT_THAT(answers.front().text, ::testing::EndsWith(" ms"));
  std::ostringstream page, table;
  print(table, result);
  EXPECT_THAT(table.str(), ::testing::HasSubstr("2 of 2 rounds"));
  EXPECT_THAT(table.str(), ::testing::Not(::testing::HasSubstr("pairs")));
  print_markdown(page, result);
  // as kept and read again it says the same
  std::ostringstream again;
  auto document = to_json(result);
  document["environment"]["cpu"] = "";
  print_markdown(again, suite_from(document, "kept"));
  EXPECT_EQ(again.str(), page.str());
}

}  // namespace
}  // namespace reprise::suite
