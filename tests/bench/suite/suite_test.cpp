// The parts of `reprise bench`: their numbers of rounds, kinds and configurations; results as JSON,
// also those of schema 1.
#include "bench/suite/parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "bench/suite/answers.hpp"
#include "bench/suite/report.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/core/error.hpp"
#include "reprise/stats/sign_test.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::suite {
namespace {

std::vector<Part> parts(Mode mode, const bench::OwnFlags& own = {}) {
  const testing::Scratch folder;
  for (const char* name : {"bench_dense", "bench_epoch", "bench_crossentropy", "bench_optimizer",
                           "bench_data", "bench_growth"}) {
    const auto file = folder.path() / name;
    std::ofstream(file) << "#!/bin/sh\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  SuiteOptions options;
  options.mode = mode;
  options.own = own;
  for (const char* name : {"openmp", "onednn", "openblas", "blis", "mkl", "eigen"}) {
    options.backends.push_back({name, 64, "", ""});
  }
  options.backends.push_back({"netlib", 1, "", ""});
  options.backends.push_back({"blas", 64, "", "it has another name here"});
  options.programs = folder.path();
  return suite_parts(options);
}

TEST(Suite, RoundsSufficeToDecideEveryPairEvenIfOneRoundDisagrees) {
  std::map<std::string, std::size_t> benchmarks{
      {"layers", 11}, {"threads", 3},  {"operations", 46},   {"sweeps", 10},
      {"cold", 2},    {"float64", 11}, {"crossentropy", 48}, {"optimizer", 120},
      {"epochs", 1},  {"time_to", 3},  {"growth", 21}};
  for (const Mode mode : {Mode::quick, Mode::full}) {
    if (mode == Mode::full) {
      benchmarks["cold"] = 12;
      benchmarks["epochs"] = 4;
    }
    for (const Part& part : parts(mode)) {
      if (part.name == "data") continue;  // one contender, no pairs
      const auto others = part.plan.contenders.size() - 1;
      // the p of pairs with the fastest contender counts twice (pairs.hpp)
      const auto pairs = benchmarks.at(part.name) * others * (part.name == "threads" ? 1 : 2);
      const auto rounds = static_cast<std::size_t>(part.plan.rounds);
      EXPECT_GE(sign_test_critical_value(rounds, part.plan.level / static_cast<double>(pairs)),
                part.name == "time_to" ? 0 : 1)
          << part.name << ": " << pairs << " pairs, " << rounds << " rounds";
      EXPECT_TRUE(part.plan.all_rounds) << part.name;
    }
  }
}

TEST(Suite, FullHasThePartsOfQuickAndMore) {
  std::vector<std::string> names;
  for (const Part& part : parts(Mode::full)) {
    names.push_back(part.name);
    const auto& filter = part.plan.invocation.filter;
    if (part.name == "threads") {
      EXPECT_EQ(filter.find("mnist"), std::string::npos) << filter;
    }
    EXPECT_EQ(part.kind, part.name == "threads" ? PartKind::threads
                         : part.name == "data"  ? PartKind::times
                                                : PartKind::winners);
    EXPECT_NE(part.about, "") << part.name;
    const auto& configuration = part.plan.contenders.front().configuration;
    EXPECT_EQ(configuration.at("wait_policy"), "passive");
    EXPECT_EQ(configuration.contains("backend"), part.name != "data");
    EXPECT_EQ(configuration.contains("threads"), part.name != "data");
    const auto has = [&](const std::string& flag) {
      const auto& all = part.plan.contenders.front().command.arguments;
      return std::ranges::find(all, flag) != all.end();
    };
    EXPECT_EQ(has("--cache=cold"), part.name == "cold");
    EXPECT_EQ(has("--dtype=float64"), part.name == "float64");
  }
  EXPECT_EQ(names, (std::vector<std::string>{"layers", "threads", "operations", "sweeps", "cold",
                                             "float64", "crossentropy", "optimizer", "epochs",
                                             "time_to", "data", "growth"}));
  names.clear();
  const auto of_quick = parts(Mode::quick);
  for (const Part& part : of_quick) names.push_back(part.name);
  EXPECT_EQ(of_quick.back().plan.contenders.size(), 7u);  // each backend with all CPUs alone
  std::vector<std::string> quick{"layers", "threads", "cold", "epochs"};
  if (default_threads() == 1) std::erase(quick, "threads");
  EXPECT_EQ(names, quick);
}

TEST(Suite, ComparesEveryBackendThatIsNotLeftOut) {
  for (const Part& part : parts(Mode::full)) {
    std::set<std::string> backends;
    for (const auto& contender : part.plan.contenders) {
      if (!contender.configuration.contains("backend")) continue;
      backends.insert(contender.configuration.at("backend"));
      if (backends.contains("netlib") && contender.configuration.at("backend") == "netlib")
        EXPECT_EQ(contender.configuration.at("threads"), "1");
    }
    EXPECT_FALSE(backends.contains("blas"));
    const std::set<std::string> all{"blis",   "eigen",    "mkl",   "netlib",
                                    "onednn", "openblas", "openmp"};
    if (part.name == "layers" || part.name == "epochs") {
      EXPECT_EQ(backends, all);
    }
    if (part.name == "float64") {
      EXPECT_FALSE(backends.contains("onednn"));
    }
  }
}

TEST(Suite, OwnLayersAndNetworksAreFlagsOfThePrograms) {
  const auto both = parts(Mode::own, {.shapes = {"1x2x3"}, .network = "5-4-3", .batch = 7});
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].name, "layers");
  EXPECT_EQ(both[1].name, "epochs");
  const auto& flags = both[0].plan.contenders.front().command.arguments;
  for (const char* flag : {"--shape=1x2x3", "--network=5-4-3", "--batch=7"}) {
    EXPECT_NE(std::ranges::find(flags, flag), flags.end()) << flag;
  }
  const auto& epoch = both[1].plan.contenders.front().command.arguments;
  EXPECT_EQ(std::ranges::find(epoch, "--shape=1x2x3"), epoch.end());
  EXPECT_NE(std::ranges::find(epoch, "--batch=7"), epoch.end());
  EXPECT_EQ(parts(Mode::own, {.shapes = {"1x2x3"}}).size(), 1u);
}

TEST(Suite, APartWithOneContenderHasTimesAsAnswers) {
  compare::ComparisonPlan plan;
  plan.contenders = {compare::shell_contender("sleep 0.01")};
  plan.contenders.front().name = "bench_data";
  plan.rounds = 2;
  plan.all_rounds = true;
  SuiteResult result;
  result.mode = Mode::own;
  result.own = "--network=5-4-3";
  result.backends = {{"openblas", 64, "OpenBLAS 0.3.21", "", "slow with 2"},
                     {"mkl", 64, "", "not found"}};
  result.parts.push_back(
      {"data", "from files", PartKind::times, compare::run_comparison(plan, nullptr)});
  const auto answers = answers_of(result.parts.front());
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers.front().subject, "wall_time");
  EXPECT_THAT(answers.front().text, ::testing::EndsWith(" ms"));
  std::ostringstream page, table;
  print(table, result);
  EXPECT_THAT(table.str(), ::testing::HasSubstr("2 of 2 rounds"));
  EXPECT_THAT(table.str(), ::testing::Not(::testing::HasSubstr("pairs")));
  print_markdown(page, result);
  EXPECT_THAT(page.str(), ::testing::HasSubstr("`reprise bench --network=5-4-3` measured this"));
  EXPECT_THAT(page.str(), ::testing::HasSubstr("- openblas is OpenBLAS 0.3.21\n"));
  EXPECT_THAT(page.str(), ::testing::HasSubstr("- openblas: slow with 2\n"));
  EXPECT_THAT(page.str(), ::testing::HasSubstr("- mkl was not measured: not found\n"));
  // written and read again it gives the same page
  std::ostringstream again;
  auto document = to_json(result);
  document["environment"]["cpu"] = "";
  print_markdown(again, suite_from(document, "kept"));
  EXPECT_EQ(again.str(), page.str());
  // what the triad measured is said, and kept
  for (const auto& [place, clause] :
       {std::pair("memory", "of memory traffic"),
        std::pair("memory and last-level cache", "from memory and the last-level cache, which"),
        std::pair("last-level cache", "from the last-level cache, into which the arrays fit")}) {
    result.triad_place = place;
    std::ostringstream other;
    document = to_json(result);
    print_markdown(other, suite_from(document, "kept"));
    EXPECT_THAT(other.str(), ::testing::HasSubstr(clause));
  }
  // without the counter there is no column; with it the percentage is that of the median time
  EXPECT_THAT(page.str(), ::testing::Not(::testing::HasSubstr("percent of limit:")));
  compare::Measurements& m = result.parts.front().comparison.measurements;
  m.details[0][0].counters["%limit"] = 50;
  m.rounds[1] = m.rounds[0];
  m.rounds[0].timings[0][0].real_ns = 4e6;
  m.rounds[1].timings[0][0].real_ns = 12e6;
  std::ostringstream limits;
  print_markdown(limits, result);
  EXPECT_THAT(limits.str(), ::testing::HasSubstr("| percent of limit: bench_data |"));
  EXPECT_THAT(limits.str(), ::testing::HasSubstr("| 8 ms | 25 % |"));
  document["schema"] = 3;
  EXPECT_THROW(suite_from(document, "kept"), Error);
}

// bench-1.json is a part of a result that an earlier version wrote.
TEST(Suite, ResultsOfSchema1AreUpgraded) {
  std::ifstream in(std::filesystem::path(REPRISE_SOURCE_DIR) / "tests/bench/suite/bench-1.json");
  const auto old = nlohmann::json::parse(in);
  const SuiteResult result = suite_from(upgrade_bench_1(old, "bench-1.json"), "bench-1.json");
  ASSERT_EQ(result.parts.size(), 3u);
  const PartResult& layers = result.parts[0];
  EXPECT_EQ(layers.kind, PartKind::winners);
  EXPECT_EQ(result.parts[1].kind, PartKind::threads);
  EXPECT_EQ(result.parts[2].kind, PartKind::times);
  const auto& contenders = layers.comparison.measurements.contenders;
  EXPECT_EQ(contenders[3].name, "onednn, 2 threads");
  using Configuration = std::map<std::string, std::string>;
  EXPECT_EQ(contenders[3].configuration,
            (Configuration{{"backend", "onednn"}, {"threads", "2"}, {"wait_policy", "passive"}}));
  EXPECT_EQ(result.parts[1].comparison.measurements.contenders[2].configuration,
            (Configuration{{"backend", "openmp"}, {"threads", "2"}, {"wait_policy", "active"}}));
  EXPECT_EQ(result.parts[2].comparison.measurements.contenders[0].configuration,
            (Configuration{{"wait_policy", "passive"}}));
  // csr_step/imdb_1: onednn and blas ran openmp's kernel
  const auto& details = layers.comparison.measurements.details;
  for (std::size_t c = 0; c < 5; ++c) EXPECT_EQ(details[c][0].borrowed, c >= 2) << c;
  for (const auto& [document, line] :
       {std::pair(nlohmann::json{{"schema", "reprise/bench/1"}}, "schema 1 that lacks something"),
        std::pair(nlohmann::json::array(), "schema 1 that lacks something")}) {
    try {
      upgrade_bench_1(document, "x.json");
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), ::testing::StartsWith("x.json: found a result of "));
      EXPECT_THAT(error.what(), ::testing::HasSubstr(line));
    }
  }
}

}  // namespace
}  // namespace reprise::suite
