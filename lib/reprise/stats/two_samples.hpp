// Two samples that do not belong together in pairs: by how much is one larger?
#pragma once

#include <span>

#include "reprise/stats/intervals.hpp"

namespace reprise {

// Two-sided exact p-value of Mann and Whitney's U. Ties count against rejection. At most 100 values
// each; of more the last ones are left out.
double mann_whitney_p(std::span<const double> a, std::span<const double> b);

// The Hodges-Lehmann estimate of the shift, the median of all differences b - a, with the interval
// of the exact Mann-Whitney test (Hollander and Wolfe 1999, section 4.3): infinite ends where so
// few values cannot say. As many values as above; of no values: not a number.
Interval shift_interval(std::span<const double> a, std::span<const double> b,
                        double confidence = 0.95);

}  // namespace reprise
