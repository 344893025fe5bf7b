// Benchmarks that leave a comparison once they are decided, the test with both runs of A, and what
// else makes a gate of the engine.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <regex>

#include "bench/compare/calibration.hpp"
#include "bench/compare/looks.hpp"
#include "bench/compare/report.hpp"
#include "bench/compare/round_runner.hpp"
#include "bench/compare/verdict.hpp"
#include "reprise/core/error.hpp"
#include "tests/bench/compare/made_rounds.hpp"

namespace reprise::compare {
namespace {

const std::vector<std::vector<double>> kEqual{{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
const std::vector<std::vector<double>> kSlower{{1, 1, 1}, {1, 1.3, 1}, {1, 1, 1}};

Measurements rounds(int count, double noise, const std::vector<std::vector<double>>& factors) {
  std::mt19937 random(1);
  Measurements m = no_rounds(factors.front().size());
  for (int i = 0; i < count; ++i) add_noisy_round(m, random, noise, factors);
  return m;
}

TEST(Leaving, KeepsTheVerdictAndTheTimesOfItsRounds) {
  std::mt19937 random(2);
  Measurements m = no_rounds(3);
  for (int i = 0; i < 12; ++i) add_noisy_round(m, random, 0.001, kSlower);
  const Judgement first = judge(m, 12, 0.01, {});
  ASSERT_TRUE(first.decided());
  const double time = m.median_time(1, 1, Clock::real_time);
  m.leave(1);
  m.leave(2);
  // from here on the benchmark that stays is slower, and the others would be if they were asked
  for (int i = 0; i < 24; ++i) {
    add_noisy_round(m, random, 0.001, {{1, 1, 1}, {2, 1, 2}, {1, 1, 1}});
  }
  EXPECT_EQ(m.rounds_of(0), 36u);
  EXPECT_EQ(m.rounds_of(1), 12u);
  EXPECT_EQ(m.log_ratios(1, 1, 36, Clock::real_time).size(), 12u);
  EXPECT_EQ(m.median_time(1, 1, Clock::real_time), time);
  EXPECT_EQ(m.error_of(1, 1, Clock::real_time), "");
  const Judgement second = judge(m, 36, 0.04, {}, &first);
  EXPECT_EQ(second.verdicts[0].label, Label::regression);
  EXPECT_EQ(second.verdicts[1].label, Label::regression);
  EXPECT_EQ(second.verdicts[1].ratio, first.verdicts[1].ratio);
  EXPECT_EQ(second.verdicts[2].label, Label::unchanged);
  EXPECT_EQ(second.verdicts[2].p, first.verdicts[2].p);
}

TEST(Leaving, IsKeptInJson) {
  std::mt19937 random(3);
  Measurements m = no_rounds(3);
  for (int i = 0; i < 6; ++i) add_noisy_round(m, random, 0.001, kEqual);
  m.leave(2);
  for (int i = 0; i < 6; ++i) add_noisy_round(m, random, 0.001, kEqual);
  m.missing = {"gone"};
  const nlohmann::json document = nlohmann::json::parse(to_json(m).dump());
  const Measurements read = measurements_from(document, "test");
  EXPECT_EQ(read.left_after, (std::vector<int>{0, 0, 6}));
  EXPECT_EQ(read.missing, m.missing);
  for (const std::size_t b : {0, 1, 2}) {
    EXPECT_EQ(read.log_ratios(1, b, 12, Clock::real_time),
              m.log_ratios(1, b, 12, Clock::real_time));
  }
  // a benchmark that did not leave has a time in each round
  nlohmann::json broken = document;
  broken["left_after"] = {0, 0, 0};
  EXPECT_THROW(measurements_from(broken, "test"), Error);
  broken["left_after"] = {0, 0, 13};
  EXPECT_THROW(measurements_from(broken, "test"), Error);
  broken["left_after"] = {0, 6};
  EXPECT_THROW(measurements_from(broken, "test"), Error);
}

// Google Benchmark may be built with any of these engines.
TEST(ExactFilter, MatchesTheNamesAndNoOthers) {
  const std::vector<std::string> names{"BM_Set<int>/8/real_time", "a.b*c+d?e(f)[g]{h}|i^j\\k$l",
                                       "x"};
  const std::string filter = exact_filter(names);
  for (const auto grammar : {std::regex::ECMAScript, std::regex::extended}) {
    const std::regex expression(filter, grammar);
    for (const std::string& name : names) {
      EXPECT_TRUE(std::regex_search(name, expression)) << filter;
      EXPECT_FALSE(std::regex_search(name + "2", expression));
      EXPECT_FALSE(std::regex_search("2" + name, expression));
    }
    EXPECT_FALSE(std::regex_search("aXb*c+d?e(f)[g]{h}|i^j\\k$l", expression));
  }
  EXPECT_EQ(exact_filter({}), "");
}

TEST(BothRunsOfA, DecideWithFewerRounds) {
  int by_sign = 0, by_rank = 0;
  std::mt19937 random(4);
  for (int trial = 0; trial < 200; ++trial) {
    Measurements m = no_rounds(1);
    for (int i = 0; i < 18; ++i) add_noisy_round(m, random, 0.04, {{1}, {1}, {1}});
    JudgeOptions options;
    by_sign += judge(m, 18, 0.05, options).decided();
    options.test = compare::Test::blocked_rank;
    const Judgement judged = judge(m, 18, 0.05, options);
    by_rank += judged.decided();
    EXPECT_LE(judged.verdicts[0].low, judged.verdicts[0].ratio);
  }
  EXPECT_GT(by_rank, by_sign + 20);
}

TEST(Control, ABenchmarkInWhichADiffersFromItselfIsUndecided) {
  const auto m = rounds(24, 0.001, {{1, 1, 1}, {1.3, 1.3, 1}, {1, 1.2, 1}});
  const Judgement judged = judge(m, 24, 0.05, {});
  EXPECT_EQ(judged.verdicts[0].label, Label::regression);
  EXPECT_EQ(judged.verdicts[1].label, Label::insufficient_data);
  EXPECT_TRUE(judged.verdicts[1].control_differs);
  EXPECT_EQ(judged.verdicts[2].label, Label::unchanged);
  EXPECT_EQ(exit_code_of({judged.verdicts[1]}), ExitCode::undecided);
}

TEST(Control, TheProgramsOwnControlKernelIsNotJudged) {
  auto m = rounds(24, 0.001, kSlower);
  m.benchmarks[1] = "control/frozen_1";
  const Judgement judged = judge(m, 24, 0.05, {});
  ASSERT_EQ(judged.verdicts.size(), 2u);
  EXPECT_EQ(judged.verdicts[1].benchmark, 2u);
  EXPECT_EQ(judged.control.benchmarks, 2u);
  EXPECT_TRUE(judged.decided());
}

TEST(DetectableEffect, IsThatOfTheWholePlanAndNotOfTheLookThatEndedIt) {
  const auto m = rounds(24, 0.05, kEqual);
  const Looks looks = plan_looks(84, 0.05);
  const double of_look = judge(m, 24, looks.alpha_spent[0], {}).control.detectable.median;
  const double of_plan =
      judge(m, 24, looks.alpha_spent[0], planned({}, looks)).control.detectable.median;
  EXPECT_LT(of_plan, 0.6 * of_look);
}

TEST(ByControl, PairsTimesOfOneRound) {
  Measurements m = rounds(3, 0.0, {{1}, {2}, {1}});
  // 200 / 20, 600 / 30 and 600 / 10; the ratio of the medians is 600 / 20
  for (const std::size_t r : {1, 2}) m.rounds[r].timings[1][0].real_ns *= 3;
  m.rounds[0].control_ns = 20;
  m.rounds[1].control_ns = 30;
  EXPECT_DOUBLE_EQ(m.median_by_control(1, 0), 20);
  m.rounds[1].control_ns = 0;  // not timed
  EXPECT_DOUBLE_EQ(m.median_by_control(1, 0), 35);
}

// The ratios of two contenders are of the same rounds, whatever times are 0.
TEST(LogRatios, NoRoundIsDropped) {
  Measurements m = rounds(4, 0.0, {{1}, {2}, {1}});
  m.rounds[1].timings[0][0].real_ns = 0;
  EXPECT_EQ(m.log_ratios(1, 0, 4, Clock::real_time).size(), 4u);
  EXPECT_NE(m.error_of(0, 0, Clock::real_time), "");  // so that nobody asks for them
}

TEST(Looks, ComeAfterMultiplesOfTheSixOrders) {
  for (const int rounds : {12, 18, 24, 35, 48, 60, 84, 97, 120, 200}) {
    const Looks looks = plan_looks(rounds, 0.05);
    EXPECT_EQ(looks.rounds.back(), rounds);
    for (std::size_t i = 0; i + 1 < looks.rounds.size(); ++i) {
      EXPECT_EQ(looks.rounds[i] % kOrders, 0) << rounds;
    }
  }
  EXPECT_EQ(plan_looks(84, 0.05).rounds, (std::vector<int>{24, 42, 66, 84}));
}

TEST(Calibration, NoRecordedRoundCountsTwice) {
  const auto recorded = rounds(23, 0.01, kEqual);
  CalibrationOptions options;
  options.comparisons = 2;
  EXPECT_THROW(equal_rates(recorded, options), Error);
  options.rounds = 23;
  const EqualRates rates = equal_rates(recorded, options);
  EXPECT_EQ(rates.decided, 2);
  EXPECT_EQ(rates.called_different, 0);
}

}  // namespace
}  // namespace reprise::compare
