// Two one-sided tests and the folding test: known values and rates by simulation.
#include "reprise/stats/equivalence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "reprise/stats/band.hpp"
#include "reprise/stats/folding.hpp"

namespace reprise {
namespace {

using Sample = std::vector<double>;

// Sums of twelve uniform numbers: nearly normal, the same on every machine.
Sample normals(std::mt19937& engine, std::size_t n, double mean = 0) {
  Sample values(n, mean - 6);
  for (double& x : values) {
    for (int i = 0; i < 12; ++i) x += engine() * 0x1p-32;
  }
  return values;
}

TEST(Equivalence, PairedIsTheTTestOfDifferences) {
  const Sample a{1, 2, 3, 4, 5}, b{1.3, 2.2, 3.3, 4.2, 5.3};
  // differences: mean .26, variance .003, standard error .0245; t(4) at 95 % is 2.1318; the pooled
  // variance (2.5 + 2.503) / 2
  const EquivalenceTest test = paired_equivalence(a, b, 0.5);
  const double deviation = std::sqrt((2.5 + 2.503) / 2);
  EXPECT_NEAR(test.difference, 0.26 / deviation, 1e-4);
  // includes the error of the standard deviation with 4 degrees of freedom
  const double error = std::sqrt(0.003 / 5 + 0.26 * 0.26 / 8) / deviation;
  EXPECT_NEAR(test.high - test.difference, 2.13185 * error, 1e-4);
  EXPECT_EQ(test.verdict, Equivalence::equivalent);
  EXPECT_EQ(paired_equivalence(a, b, 0.02).verdict, Equivalence::different);
  EXPECT_EQ(paired_equivalence(a, b, 0.2).verdict, Equivalence::undecided);
  EXPECT_GT(paired_equivalence(a, b, 0.2).p, 0.05);
}

TEST(Equivalence, OfConstantsIsEquality) {
  const Sample a{2, 2, 2}, b{3, 3, 3};
  EXPECT_EQ(welch_equivalence(a, a, 0.5).verdict, Equivalence::equivalent);
  EXPECT_EQ(welch_equivalence(a, b, 0.5).verdict, Equivalence::undecided);
  EXPECT_EQ(paired_equivalence(a, a, 0.5).verdict, Equivalence::equivalent);
  EXPECT_EQ(paired_equivalence(a, b, 0.5).verdict, Equivalence::undecided);
}

// If the true difference equals the margin, the verdict "equivalent" is wrong in at most 5 % of the
// cases (at most 16 of 200). Without a difference it is given in at least 90 % of the cases.
TEST(Equivalence, KeepsItsLevel) {
  std::mt19937 engine(7);
  int wrong = 0, right = 0, apart = 0;
  for (int draw = 0; draw < 200; ++draw) {
    const Sample a = normals(engine, 100);
    wrong +=
        welch_equivalence(a, normals(engine, 100, 0.5), 0.5).verdict == Equivalence::equivalent;
    right += welch_equivalence(a, normals(engine, 100), 0.5).verdict == Equivalence::equivalent;
    apart += welch_equivalence(a, normals(engine, 100, 1), 0.5).verdict == Equivalence::different;
  }
  EXPECT_LE(wrong, 16);
  EXPECT_GE(right, 180);
  EXPECT_GE(apart, 180);
}

TEST(Folding, IsOneForUniformValuesAndLittleForTwoGroups) {
  Sample grid(1001);
  for (std::size_t i = 0; i < grid.size(); ++i) grid[i] = static_cast<double>(i);
  EXPECT_NEAR(folding_statistic(grid), 1, 0.01);
  EXPECT_NEAR(folding_statistic(Sample{0, 0, 0, 0, 0, 1}), 0, 1e-12);  // however unequal
  EXPECT_EQ(folding_statistic(Sample{3, 3, 3}), 1);
  const double pivot = folding_pivot(Sample{0, 0, 0, 0, 0, 1});
  EXPECT_GT(pivot, 0);
  EXPECT_LT(pivot, 1);
}

// One group is taken for two in at most 16 of 200 samples. A tenth of the sample that lies 8
// standard deviations away is detected in at least 90 %.
TEST(Folding, DistinguishesTwoGroupsFromOne) {
  std::mt19937 engine(8);
  const FoldingTest test(100);
  int alarms = 0, found = 0;
  for (int draw = 0; draw < 200; ++draw) {
    Sample sample = normals(engine, 100);
    alarms += test.p(sample) <= 0.05;
    for (std::size_t i = 0; i < 10; ++i) sample[i] += 8;
    found += test.p(sample) <= 0.05;
  }
  EXPECT_LE(alarms, 16);
  EXPECT_GE(found, 180);
}

TEST(Band, HoldsThePointwiseQuantiles) {
  Matrix<double> curves(101, 2);
  for (std::size_t i = 0; i < 101; ++i) {
    curves(i, 0) = static_cast<double>(i);
    curves(i, 1) = -static_cast<double>(i);
  }
  const Band band = band_of(curves);
  for (const std::size_t j : {0, 1}) {
    EXPECT_NEAR(band.low[j], j == 0 ? 5 : -95, 1e-9);
    EXPECT_NEAR(band.median[j], j == 0 ? 50 : -50, 1e-9);
    EXPECT_NEAR(band.high[j], j == 0 ? 95 : -5, 1e-9);
  }
}

}  // namespace
}  // namespace reprise
