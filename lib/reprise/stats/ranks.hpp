// Percentiles, quantiles and the exact rank test.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprise {

// The fraction of `sample` below `value`, in [0, 1]; equal values count half. NaN for an empty
// sample.
double percentile_of(double value, std::span<const double> sample);

// The q-quantile of sorted values, interpolated between order statistics as NumPy does by default
// (Hyndman and Fan 1996, type 7). NaN for no values.
double quantile(std::span<const double> sorted, double q);
// The 0.5-quantile of values in any order.
double median(std::vector<double> values);

// The exact p-value of observation `i` among exchangeable observations, for a statistic whose large
// values are extreme: the fraction of `statistics` that are at least as large as statistics[i],
// including itself, so at least 1 / statistics.size(). Ties count against rejection, and so do
// values smaller by a relative difference of 1e-9, which may be due to rounding.
double rank_p(std::span<const double> statistics, std::size_t i);

}  // namespace reprise
