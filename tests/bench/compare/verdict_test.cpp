// Verdicts from ratios: what is a change, what is none, what cannot be decided.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "bench/compare/looks.hpp"
#include "bench/compare/report.hpp"
#include "bench/compare/verdict.hpp"

namespace reprise::compare {
namespace {

// Rounds of A, B and A again. `ratios` are B's by A's, one line per round with one column per
// benchmark; the control equals A.
Measurements rounds_of(const std::vector<std::vector<double>>& ratios) {
  Measurements m;
  m.contenders = {{"A"}, {"B"}, {"A again"}};
  const std::size_t benchmarks = ratios.front().size();
  for (std::size_t r = 0; r < benchmarks; ++r)
    m.benchmarks.push_back("benchmark" + std::to_string(r));
  m.details.assign(3, std::vector<BenchmarkDetails>(benchmarks));
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    Round round;
    round.timings.assign(3, std::vector<Timing>(benchmarks));
    for (std::size_t r = 0; r < benchmarks; ++r) {
      const double a = 100 + static_cast<double>(i);  // the machine drifts
      round.timings[0][r] = {a, a, ""};
      round.timings[1][r] = {a * ratios[i][r], a, ""};
      round.timings[2][r] = {a, a, ""};
    }
    m.rounds.push_back(round);
  }
  return m;
}

std::vector<std::vector<double>> column(const std::vector<double>& ratios) {
  std::vector<std::vector<double>> lines;
  for (const double ratio : ratios) lines.push_back({ratio});
  return lines;
}

Label label_of(const std::vector<double>& ratios, double alpha = 0.05) {
  const auto m = rounds_of(column(ratios));
  return judge(m, static_cast<int>(ratios.size()), alpha, {}).verdicts.front().label;
}

TEST(Verdict, SixRoundsOfAFactorOfTwoAreEnough) {
  EXPECT_EQ(label_of({2.0, 2.1, 1.9, 2.0, 2.05, 1.95}), Label::regression);
  EXPECT_EQ(label_of({0.5, 0.51, 0.49, 0.5, 0.52, 0.48}), Label::improvement);
  EXPECT_EQ(label_of({2.0, 2.1, 1.9, 2.0, 2.05}), Label::insufficient_data);  // 2 / 2^5 > .05
}

TEST(Verdict, OneOutlierOfFourteenTimesChangesNothing) {
  std::vector<double> same(12, 1.0);
  for (std::size_t i = 0; i < same.size(); ++i) same[i] += i % 2 == 0 ? 0.01 : -0.01;
  same[5] = 14;
  EXPECT_EQ(label_of(same), Label::unchanged);
  std::vector<double> slower(12, 1.2);
  slower[3] = 14;
  slower[4] = 1.0 / 14;
  EXPECT_EQ(label_of(slower), Label::regression);
}

TEST(Verdict, ConstantDataAndTiesAreUnchanged) {
  EXPECT_EQ(label_of(std::vector<double>(12, 1.0)), Label::unchanged);
  EXPECT_EQ(label_of({1, 1, 1, 1, 1, 1, 1, 1.01, 1.01, 1.01, 1, 1}), Label::unchanged);
  EXPECT_EQ(label_of(std::vector<double>(12, 1.5)), Label::regression);
}

TEST(Verdict, ASmallChangeIsUnchangedHoweverSignificant) {
  EXPECT_EQ(label_of(std::vector<double>(24, 1.02)), Label::unchanged);
}

TEST(Verdict, NoiseIsNotUnchanged) {
  std::vector<double> noisy;
  for (int i = 0; i < 12; ++i) noisy.push_back(i % 2 == 0 ? 1.4 : 0.7);
  EXPECT_EQ(label_of(noisy), Label::insufficient_data);
}

TEST(Verdict, HolmAsksMoreOfManyBenchmarks) {
  const auto one_slow = [](std::size_t benchmarks, int rounds) {
    std::vector<std::vector<double>> ratios;
    for (int i = 0; i < rounds; ++i) {
      ratios.emplace_back(benchmarks, i % 2 == 0 ? 1.001 : 0.999);
      ratios.back().front() = 1.3;
    }
    return judge(rounds_of(ratios), rounds, 0.05, {}).verdicts.front().label;
  };
  EXPECT_EQ(one_slow(20, 8), Label::insufficient_data);  // 20 * 2 / 2^8 > .05
  EXPECT_EQ(one_slow(20, 10), Label::regression);
}

TEST(Verdict, AFailedBenchmarkLeavesTheOthersAlone) {
  auto m = rounds_of(std::vector<std::vector<double>>(12, {1.0, 1.5}));
  m.rounds[7].timings[1][0].error = "wrong answer";
  const auto judged = judge(m, 12, 0.05, {});
  EXPECT_EQ(judged.verdicts[0].label, Label::failed);
  EXPECT_EQ(judged.verdicts[0].head_error, "wrong answer");
  EXPECT_EQ(judged.verdicts[0].base_error, "");
  EXPECT_EQ(judged.verdicts[1].label, Label::regression);
}

// What fails in A alone, or in A again, is no failure of B.
TEST(Verdict, TheSideThatFailedIsKnown) {
  for (const std::size_t side : {0, 1, 2}) {
    auto m = rounds_of(std::vector<std::vector<double>>(12, {1.0, 1.0}));
    m.rounds[7].timings[side][0].error = "wrong answer";
    const auto judged = judge(m, 12, 0.05, {});
    EXPECT_EQ(judged.verdicts[0].label, Label::failed);
    EXPECT_EQ(failed_in_base_only(judged.verdicts[0]), side != 1);
    EXPECT_EQ(exit_code_of(judged.verdicts), side == 1 ? ExitCode::no : ExitCode::done);
    EXPECT_EQ(exit_code_of({judged.verdicts[0]}), side == 1 ? ExitCode::no : ExitCode::undecided);
  }
}

// A clock that read 0 in any round has no ratio there; ratios themselves cannot overflow.
TEST(Verdict, AClockThatReads0IsAnErrorOfThatClock) {
  auto m = rounds_of(std::vector<std::vector<double>>(12, {1.0, 1e30}));
  m.rounds[3].timings[1][0].cpu_ns = 0;
  JudgeOptions options;
  EXPECT_EQ(judge(m, 12, 0.05, options).verdicts[0].label, Label::unchanged);
  for (Round& round : m.rounds) round.timings[1][1].real_ns = 1e300;
  EXPECT_TRUE(std::isfinite(judge(m, 12, 0.05, options).verdicts[1].ratio));
  options.clock = Clock::cpu_time;
  EXPECT_EQ(judge(m, 12, 0.05, options).verdicts[0].head_error, "the clock read 0 (cpu_time)");
}

TEST(Verdict, ReportsDifferentBits) {
  auto m = rounds_of(column(std::vector<double>(12, 1.0)));
  m.details[0][0].digest = 17;
  m.details[1][0].digest = 18;
  EXPECT_TRUE(judge(m, 12, 0.05, {}).verdicts.front().different_bits);
}

// 400 comparisons of equal programs with all looks, 20 benchmarks each, with heavy-tailed noise and
// a drift: at most 32 of them (16 of 200) call any benchmark different. In every second comparison
// one benchmark is 10 % slower; at least 180 of these 200 are found.
TEST(Verdict, EqualProgramsAreCalledDifferentAtMostAsOftenAsTheLevelSays) {
  std::mt19937 random(1);
  const auto noise = [&random] {  // a ratio of uniforms: heavy tails
    const auto uniform = [&random] {
      return (static_cast<double>(random() >> 8) + 1) / 16777217.0;
    };
    return 0.02 * (uniform() - 0.5) / (uniform() + 0.05);
  };
  const Looks looks = plan_looks(24, 0.05);
  int different = 0, found = 0;
  for (int trial = 0; trial < 400; ++trial) {
    std::vector<std::vector<double>> ratios(24, std::vector<double>(20));
    for (auto& round : ratios) {
      for (double& ratio : round) ratio = std::exp(noise());
      if (trial % 2 == 1) round[0] *= 1.1;
    }
    const auto m = rounds_of(ratios);
    bool called = false, right = false;
    for (std::size_t i = 0; i < looks.rounds.size(); ++i) {
      const auto judged = judge(m, looks.rounds[i], looks.alpha_spent[i], {});
      for (const auto& verdict : judged.verdicts) {
        const bool differs =
            verdict.label == Label::regression || verdict.label == Label::improvement;
        called = called || (differs && verdict.benchmark != 0);
        right = right || (differs && verdict.benchmark == 0);
      }
    }
    if (called) ++different;
    if (right && trial % 2 == 1) ++found;
  }
  EXPECT_LE(different, 32);
  EXPECT_GE(found, 180);  // of 200
}

TEST(Looks, SpendTheLevel) {
  for (const int rounds : {1, 6, 11, 12, 13, 24, 47, 48, 100}) {
    const Looks looks = plan_looks(rounds, 0.05);
    EXPECT_EQ(looks.rounds.back(), rounds);
    double spent = 0;
    for (std::size_t i = 0; i < looks.alpha_spent.size(); ++i) {
      EXPECT_NEAR(looks.alpha_at(looks.rounds[i], spent), looks.alpha_spent[i], 1e-12);
      spent += looks.alpha_spent[i];
    }
    EXPECT_NEAR(spent, 0.05, 1e-12);
    // looks that were not planned leave less for later ones
    EXPECT_NEAR(looks.alpha_at(rounds, 0.03), 0.02, 1e-12);
    EXPECT_EQ(looks.alpha_at(rounds / 2, 0.03), 0);
    for (std::size_t i = 1; i < looks.rounds.size(); ++i) {
      EXPECT_LT(looks.rounds[i - 1], looks.rounds[i]);
      // other numbers are rounded up to multiples of the six orders, which moves the looks
      if (rounds % 24 == 0) EXPECT_LT(looks.alpha_spent[i - 1], looks.alpha_spent[i]);
    }
  }
}

}  // namespace
}  // namespace reprise::compare
