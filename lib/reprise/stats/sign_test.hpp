// The sign test of the hypothesis that the median of paired differences is 0, and its power.
#pragma once

#include <cstddef>
#include <span>

namespace reprise {

// The exact two-sided p-value (Conover 1999, section 3.4): twice the probability of at most as many
// signs of the rarer kind among n fair coins, limited to 1. Zeros count as signs of the rarer kind,
// so that ties never help to reject. p <= level if and only if median_interval at confidence
// 1 - level excludes 0.
double sign_test_p(std::span<const double> differences);

// The exact one-sided p-value of "the median is above 0": the probability of at most as many values
// that are not above 0 among n fair coins. 1 without values.
double sign_test_greater_p(std::span<const double> differences);

// The largest number of signs of the rarer kind among n with which the test rejects at `level`; -1
// if it never rejects.
int sign_test_critical_value(std::size_t n, double level);

// The probability of the more frequent sign at which the test on n values rejects at `level` with
// probability `power`; above 1 if it never rejects.
double sign_probability_for_power(std::size_t n, double level, double power);

// The smallest shift that the sign test of `n` differences detects at `level` with probability
// `power`. `noise` are differences of equal subjects, assumed to be symmetric about 0. Infinite if
// n values can never reject.
double minimum_detectable_shift(std::span<const double> noise, std::size_t n, double level,
                                double power);

}  // namespace reprise
