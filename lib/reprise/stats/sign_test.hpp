// The sign test: is the median of paired differences 0? And what it could have found.
#pragma once

#include <cstddef>
#include <span>

namespace reprise {

// Two-sided exact p-value (Conover 1999, section 3.4): twice the probability of as few signs of the
// rarer kind among n fair coins, at most 1. Zeros count as signs of the rarer kind: ties never help
// to reject. At most `level` if and only if median_interval at 1 - level leaves 0 out.
double sign_test_p(std::span<const double> differences);

// The most signs of the rarer kind among n with which the test still rejects at `level`, or -1.
int sign_test_critical_value(std::size_t n, double level);

// The probability of the commoner sign that a difference needs, for the test on n values to reject
// at `level` with probability `power`; above 1 where it never does.
double sign_probability_for_power(std::size_t n, double level, double power);

// The smallest shift that the sign test on values with this noise (differences of equals, taken as
// symmetric about 0) finds with probability `power`: infinite where n values never can.
double minimum_detectable_shift(std::span<const double> noise, double level, double power);

}  // namespace reprise
