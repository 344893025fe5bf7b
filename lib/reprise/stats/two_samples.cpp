#include "reprise/stats/two_samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "reprise/stats/ranks.hpp"

namespace reprise {

namespace {

constexpr std::size_t kMaxValues = 100;

std::span<const double> limited(std::span<const double> values) {
  return values.first(std::min(values.size(), kMaxValues));
}

// P(U <= u) for u = 0 .. mn. The counts (Mann and Whitney 1947) are the coefficients of the
// Gaussian binomial (m + n over n), which is the product of (1 - q^(m+i)) / (1 - q^i) for i = 1 ..
// n.
std::vector<double> cumulative_u(std::size_t m, std::size_t n) {
  std::vector<double> ways(m * n + 1, 0.0);
  ways[0] = 1;
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t u = m * n + 1; u-- > m + i;) ways[u] -= ways[u - m - i];
    for (std::size_t u = i; u <= m * n; ++u) ways[u] += ways[u - i];
    // the coefficients of each factor sum to (m + i) / i; dividing by it keeps probabilities
    for (double& w : ways) w *= static_cast<double>(i) / static_cast<double>(m + i);
  }
  double sum = 0;
  for (double& w : ways) w = sum += std::max(w, 0.0);
  return ways;
}

std::vector<double> differences(std::span<const double> a, std::span<const double> b) {
  std::vector<double> all;
  for (const double y : b) {
    for (const double x : a) all.push_back(y - x);
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace

double mann_whitney_p(std::span<const double> all_a, std::span<const double> all_b) {
  const auto a = limited(all_a), b = limited(all_b);
  if (a.empty() || b.empty()) return 1;
  const auto shifts = differences(a, b);
  const auto above = std::ranges::count_if(shifts, [](double d) { return d > 0; });
  const auto below = std::ranges::count_if(shifts, [](double d) { return d < 0; });
  const auto rarer = static_cast<std::ptrdiff_t>(shifts.size()) - std::max(above, below);
  return std::min(1.0, 2 * cumulative_u(a.size(), b.size())[static_cast<std::size_t>(rarer)]);
}

Interval shift_interval(std::span<const double> all_a, std::span<const double> all_b,
                        double confidence) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto a = limited(all_a), b = limited(all_b);
  const auto shifts = differences(a, b);
  if (shifts.empty()) return {std::nan(""), std::nan(""), std::nan(""), 0};
  const double estimate = quantile(shifts, 0.5);
  const auto cumulative = cumulative_u(a.size(), b.size());
  std::size_t cut = 0;  // the number of differences below the interval
  while (2 * cumulative[cut] <= 1 - confidence) ++cut;
  if (cut == 0) return {estimate, -kInfinity, kInfinity, 1};
  return {estimate, shifts[cut - 1], shifts[shifts.size() - cut], 1 - 2 * cumulative[cut - 1]};
}

}  // namespace reprise
