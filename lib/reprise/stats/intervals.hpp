// Exact confidence intervals: of a median without assumptions, of a centre of symmetry, of a rate.
#pragma once

#include <cstddef>
#include <span>

namespace reprise {

struct Interval {
  double estimate = 0;
  double low = 0, high = 0;  // infinite where so few values cannot say
  double confidence = 0;     // what is reached, at least what was asked for
};

// The median with the interval of the sign test: order statistics, whose coverage is binomial
// whatever the distribution (Conover 1999, section 3.2). Fewer than 6 values give infinite ends at
// 95 %. Of no values: not a number.
Interval median_interval(std::span<const double> values, double confidence = 0.95);

// The Hodges-Lehmann estimate, the median of the means of all pairs (a value with itself included),
// with the interval of the exact signed-rank test: for values that are symmetric about their
// centre, such as log ratios of pairs (Hollander and Wolfe 1999, section 3.4). Shorter than the
// sign test's. At most 1,000 values: the distribution of the rank sum is computed, not
// approximated, in n^3 / 4 steps; ties make it conservative.
Interval hodges_lehmann_interval(std::span<const double> values, double confidence = 0.95);

// A rate of `events` among `trials`, Clopper and Pearson's: for false alarms and power of tests.
Interval rate_interval(std::size_t events, std::size_t trials, double confidence = 0.95);

}  // namespace reprise
