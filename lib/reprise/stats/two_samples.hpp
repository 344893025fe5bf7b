// The shift between two independent samples.
#pragma once

#include <span>

#include "reprise/stats/intervals.hpp"

namespace reprise {

// The exact two-sided p-value of the Mann-Whitney U test. Ties count against rejection. Only the
// first 100 values of each sample are used.
double mann_whitney_p(std::span<const double> a, std::span<const double> b);

// The Hodges-Lehmann estimate of the shift, the median of all differences b - a, with the interval
// of the exact Mann-Whitney test (Hollander and Wolfe 1999, section 4.3), whose bounds are infinite
// if there are too few values. Uses the same values as mann_whitney_p; NaN if a sample is empty.
Interval shift_interval(std::span<const double> a, std::span<const double> b,
                        double confidence = 0.95);

}  // namespace reprise
