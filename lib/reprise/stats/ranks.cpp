#include "reprise/stats/ranks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace reprise {

double percentile_of(double value, std::span<const double> sample) {
  double below = 0;
  for (const double other : sample) below += other < value ? 1 : other == value ? 0.5 : 0;
  return below / static_cast<double>(sample.size());
}

double quantile(std::span<const double> sorted, double q) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double position = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return quantile(values, 0.5);
}

double rank_p(std::span<const double> statistics, std::size_t i) {
  const double threshold = statistics[i] - 1e-9 * std::abs(statistics[i]);
  const auto extreme = std::ranges::count_if(statistics, [&](double s) { return s >= threshold; });
  return static_cast<double>(extreme) / static_cast<double>(statistics.size());
}

}  // namespace reprise
