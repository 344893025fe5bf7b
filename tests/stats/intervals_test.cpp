// Exact intervals: known values, and coverage by simulation.
#include "reprise/stats/intervals.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "reprise/stats/holm.hpp"
#include "reprise/stats/ranks.hpp"

namespace reprise {
namespace {

TEST(MedianInterval, UsesTheOrderStatisticsOfTheSignTest) {
  const std::vector<double> five{3, 1, 2, 5, 4}, six{3, 1, 2, 5, 4, 6};
  EXPECT_TRUE(std::isinf(median_interval(five).low));
  EXPECT_TRUE(std::isinf(median_interval(five).high));
  EXPECT_EQ(median_interval(five).estimate, 3);
  EXPECT_EQ(median_interval(six).low, 1);
  EXPECT_EQ(median_interval(six).high, 6);
  EXPECT_DOUBLE_EQ(median_interval(six).confidence, 1 - 2.0 / 64);
  // n = 20: the 6th and the 15th, coverage .9586 (Conover 1999, table A3: P(B <= 5) = .0207)
  std::vector<double> twenty(20);
  for (std::size_t i = 0; i < 20; ++i) twenty[i] = static_cast<double>(i + 1);
  const Interval interval = median_interval(twenty);
  EXPECT_EQ(interval.low, 6);
  EXPECT_EQ(interval.high, 15);
  EXPECT_NEAR(interval.confidence, 1 - 2 * 0.020695, 1e-5);
  EXPECT_TRUE(std::isnan(median_interval({}).estimate));
}

TEST(HodgesLehmann, IsTheMedianOfPairMeansWithTheSignedRankInterval) {
  // n = 5: no interval at 95 %, P(W = 0) = 1/32; n = 6: all pair means, 1 - 2/64
  EXPECT_TRUE(std::isinf(hodges_lehmann_interval(std::vector<double>{1, 2, 3, 4, 5}).low));
  const Interval six = hodges_lehmann_interval(std::vector<double>{1, 2, 3, 4, 5, 16});
  EXPECT_EQ(six.low, 1);
  EXPECT_EQ(six.high, 16);
  EXPECT_DOUBLE_EQ(six.confidence, 1 - 2.0 / 64);
  EXPECT_EQ(six.estimate, 3.5);
  // n = 10: P(W <= 8) = .0244, so the 9th lowest and highest of 55 pair means (table of Wilcoxon)
  std::vector<double> ten{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_NEAR(hodges_lehmann_interval(ten).confidence, 1 - 2 * 25.0 / 1024, 1e-12);
  EXPECT_EQ(hodges_lehmann_interval(ten).estimate, 4.5);
}

TEST(RateInterval, IsClopperAndPearsons) {
  EXPECT_NEAR(rate_interval(0, 10).high, 0.30850, 1e-5);
  EXPECT_EQ(rate_interval(0, 10).low, 0);
  EXPECT_NEAR(rate_interval(5, 10).low, 0.18709, 1e-5);
  EXPECT_NEAR(rate_interval(5, 10).high, 0.81291, 1e-5);
  EXPECT_EQ(rate_interval(10, 10).high, 1);
}

// 2,000 samples of 15 values: the intervals must cover the centre with the stated confidence.
TEST(Intervals, HaveTheStatedCoverage) {
  std::mt19937 engine(1);
  int sign = 0, pairs = 0;
  double stated_sign = 0, stated_pairs = 0;
  constexpr int kSamples = 2000;
  for (int s = 0; s < kSamples; ++s) {
    std::vector<double> values(15);
    for (double& x : values) x = std::pow(engine() * 0x1p-31 - 1, 3);  // symmetric, long tails
    const Interval a = median_interval(values), b = hodges_lehmann_interval(values);
    sign += a.low <= 0 && 0 <= a.high;
    pairs += b.low <= 0 && 0 <= b.high;
    stated_sign = a.confidence;
    stated_pairs = b.confidence;
  }
  EXPECT_NEAR(sign / double(kSamples), stated_sign, 0.012);
  EXPECT_NEAR(pairs / double(kSamples), stated_pairs, 0.012);
  EXPECT_GE(stated_sign, 0.95);
  EXPECT_GE(stated_pairs, 0.95);
}

TEST(Holm, StepsDownAndStaysMonotone) {
  const std::vector<double> p{0.01, 0.04, 0.03, 0.005};
  EXPECT_EQ(holm(p), (std::vector<double>{0.03, 0.06, 0.06, 0.02}));
  EXPECT_EQ(holm(std::vector<double>{0.6, 0.7}), (std::vector<double>{1, 1}));
  EXPECT_TRUE(holm({}).empty());
}

TEST(Holm, NeedsTwentyRunsPerTestMinusOne) {
  EXPECT_EQ(runs_for_holm(1, 0.05), 19u);
  EXPECT_EQ(runs_for_holm(17, 0.05), 339u);
  EXPECT_EQ(runs_for_holm(30, 0.05), 599u);
}

TEST(Ranks, PercentilesCountTiesHalf) {
  const std::vector<double> sample{1, 2, 2, 4};
  EXPECT_EQ(percentile_of(0, sample), 0);
  EXPECT_EQ(percentile_of(2, sample), 0.5);
  EXPECT_EQ(percentile_of(5, sample), 1);
  EXPECT_EQ(quantile(sample, 0.5), 2);
  EXPECT_EQ(quantile(sample, 1), 4);
  EXPECT_EQ(quantile(std::vector<double>{1, 2}, 0.25), 1.25);
}

TEST(Ranks, TiesOfTheStatisticCountAgainstRejection) {
  const std::vector<double> statistics{5, 1, 5, 5 * (1 - 1e-12), 2};
  EXPECT_DOUBLE_EQ(rank_p(statistics, 0), 0.6);
  EXPECT_DOUBLE_EQ(rank_p(statistics, 3), 0.6);
  EXPECT_DOUBLE_EQ(rank_p(statistics, 1), 1);
}

}  // namespace
}  // namespace reprise
