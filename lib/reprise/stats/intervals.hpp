// Exact confidence intervals for a median, a centre of symmetry and a rate.
#pragma once

#include <cstddef>
#include <span>

namespace reprise {

struct Interval {
  double estimate = 0;
  double low = 0, high = 0;  // infinite if there are too few values
  double confidence = 0;     // the exact confidence, at least the requested one
};

// The median with the interval of the sign test. Its bounds are order statistics, whose coverage is
// binomial for every distribution (Conover 1999, section 3.2). With fewer than 6 values the bounds
// at 95 % are infinite. Without values the estimate is NaN.
Interval median_interval(std::span<const double> values, double confidence = 0.95);

// The Hodges-Lehmann estimate (the median of the means of all pairs, including a value with itself)
// with the interval of the exact signed-rank test, for values that are symmetric about their
// centre, such as paired log ratios (Hollander and Wolfe 1999, section 3.4). It is shorter than the
// interval of the sign test. Use at most 1,000 values, since the exact distribution of the rank sum
// takes n^3 / 4 steps. With ties the interval is conservative.
Interval hodges_lehmann_interval(std::span<const double> values, double confidence = 0.95);

// The rate of `events` among `trials` with the interval of Clopper and Pearson.
Interval rate_interval(std::size_t events, std::size_t trials, double confidence = 0.95);

}  // namespace reprise
