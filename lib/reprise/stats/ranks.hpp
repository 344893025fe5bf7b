// Where a value lies in a sample, and the one exact test that follows from it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprise {

// The share of `sample` below `value`, values equal to it counted half: 0 to 1. Of an empty sample:
// not a number.
double percentile_of(double value, std::span<const double> sample);

// The q-quantile of sorted values, interpolated between order statistics as NumPy does by default
// (Hyndman and Fan 1996, type 7). Of no values: not a number.
double quantile(std::span<const double> sorted, double q);
// The same at 0.5, of values in any order.
double median(std::vector<double> values);

// Exact p-value of one observation among exchangeable ones by a statistic whose large values are
// extreme: the share of `statistics` at least as large as the one at `place`, itself included. Ties
// count against rejection, and so does what lies within a billionth, the rounding of equal ones.
// At least 1 / statistics.size().
double rank_p(std::span<const double> statistics, std::size_t place);

}  // namespace reprise
