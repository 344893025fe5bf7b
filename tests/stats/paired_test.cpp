// The sign test and tests of two samples, against values computed by hand or with R 4.2.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "reprise/stats/intervals.hpp"
#include "reprise/stats/sign_test.hpp"
#include "reprise/stats/two_samples.hpp"

namespace reprise {
namespace {

using Values = std::vector<double>;

TEST(SignTest, IsBinomial) {
  EXPECT_DOUBLE_EQ(sign_test_p(Values{1, 2, 3, 4, 5, 6}), 2 / 64.0);
  EXPECT_DOUBLE_EQ(sign_test_p(Values{1, 2, 3, 4, 5, -6}), 14 / 64.0);
  EXPECT_DOUBLE_EQ(sign_test_p(Values{1, 2, 3, 4, 5, 0}), 14 / 64.0);  // ties never help
  EXPECT_DOUBLE_EQ(sign_test_p(Values(9, 0.0)), 1);
  EXPECT_DOUBLE_EQ(sign_test_p({}), 1);
}

TEST(SignTest, AgreesWithTheMedianInterval) {
  std::mt19937 engine(1);
  for (int trial = 0; trial < 300; ++trial) {
    Values values(6 + engine() % 30);
    for (double& v : values) v = static_cast<double>(engine() % 11) - 3;
    const Interval interval = median_interval(values, 0.95);
    const bool excludes_zero = interval.low > 0 || interval.high < 0;
    EXPECT_EQ(sign_test_p(values) <= 0.05, excludes_zero);
  }
}

TEST(SignTest, CriticalValueAndPower) {
  EXPECT_EQ(sign_test_critical_value(5, 0.05), -1);
  EXPECT_EQ(sign_test_critical_value(6, 0.05), 0);
  EXPECT_EQ(sign_test_critical_value(24, 0.05), 6);
  EXPECT_GT(sign_probability_for_power(5, 0.05, 0.9), 1);
  EXPECT_NEAR(std::pow(sign_probability_for_power(6, 0.05, 0.9), 6), 0.9, 1e-9);
  Values noise(24);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = 0.01 * (static_cast<double>(i) - 11.5);
  EXPECT_GT(minimum_detectable_shift(noise, noise.size(), 0.05, 0.9), 0.05);
  EXPECT_LT(minimum_detectable_shift(noise, noise.size(), 0.05, 0.9), 0.12);
  EXPECT_EQ(minimum_detectable_shift(Values{1, -1}, 2, 0.05, 0.9),
            std::numeric_limits<double>::infinity());
}

TEST(TwoSamples, MannWhitneyIsExact) {
  const Values low{1, 2, 3, 4, 5, 6}, high{11, 12, 13, 14, 15, 16};
  EXPECT_NEAR(mann_whitney_p(low, high), 2 / 924.0, 1e-12);
  EXPECT_NEAR(mann_whitney_p(high, low), 2 / 924.0, 1e-12);
  EXPECT_DOUBLE_EQ(mann_whitney_p(Values(6, 1.0), Values(6, 1.0)), 1);
  // wilcox.test(c(1, 4, 6), c(2, 3, 5, 7)): W = 5
  EXPECT_NEAR(mann_whitney_p(Values{1, 4, 6}, Values{2, 3, 5, 7}), 0.857142857, 1e-8);
  const Values many(100, 1.0), more(100, 2.0);
  EXPECT_LT(mann_whitney_p(many, more), 1e-20);
}

TEST(TwoSamples, ShiftAndItsInterval) {
  const Values low{1, 2, 3, 4, 5, 6}, high{11, 12, 13, 14, 15, 16};
  const Interval shift = shift_interval(low, high);
  EXPECT_DOUBLE_EQ(shift.estimate, 10);
  EXPECT_LT(shift.low, 10);
  EXPECT_GT(shift.low, 5);
  EXPECT_GE(shift.confidence, 0.95);
  EXPECT_EQ(shift_interval(Values{1}, Values{2}).high, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(shift_interval({}, low).estimate));
}

}  // namespace
}  // namespace reprise
