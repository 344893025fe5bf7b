#include "reprise/stats/intervals.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "reprise/stats/ranks.hpp"
#include "reprise/stats/sign_test.hpp"

namespace reprise {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// From the k-th smallest to the k-th largest of the sorted values; infinite for k = 0.
Interval between(const std::vector<double>& sorted, std::size_t k, double estimate,
                 double confidence) {
  if (k == 0) return {estimate, -kInfinity, kInfinity, 1};
  return {estimate, sorted[k - 1], sorted[sorted.size() - k], confidence};
}

// P(W <= w) for the signed-rank sum W of n values symmetric about 0, for w up to half its range.
std::vector<double> signed_rank_distribution(std::size_t n) {
  const std::size_t half = n * (n + 1) / 4;
  std::vector<double> mass(half + 1);
  mass[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    for (std::size_t w = half + 1; w-- > 0;) {
      mass[w] = mass[w] / 2 + (w >= rank ? mass[w - rank] / 2 : 0);
    }
  }
  for (std::size_t w = 1; w <= half; ++w) mass[w] += mass[w - 1];
  return mass;
}

}  // namespace

Interval median_interval(std::span<const double> values, double confidence) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double estimate = quantile(sorted, 0.5);
  if (sorted.empty()) return {estimate, -kInfinity, kInfinity, 1};
  const int critical = sign_test_critical_value(sorted.size(), 1 - confidence);
  const boost::math::binomial_distribution<double> below(static_cast<double>(sorted.size()), 0.5);
  return between(sorted, static_cast<std::size_t>(critical + 1), estimate,
                 critical < 0 ? 1 : 1 - 2 * cdf(below, critical));
}

Interval hodges_lehmann_interval(std::span<const double> values, double confidence) {
  std::vector<double> means;  // Walsh averages
  means.reserve(values.size() * (values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) means.push_back((values[i] + values[j]) / 2);
  }
  std::ranges::sort(means);
  const double estimate = quantile(means, 0.5), tail = (1 - confidence) / 2;
  if (means.empty()) return {estimate, -kInfinity, kInfinity, 1};
  const auto below = signed_rank_distribution(values.size());
  std::size_t k = 0;
  while (k < below.size() && 2 * (k + 1) <= means.size() && below[k] <= tail) ++k;
  return between(means, k, estimate, k == 0 ? 1 : 1 - 2 * below[k - 1]);
}

Interval rate_interval(std::size_t events, std::size_t trials, double confidence) {
  using Binomial = boost::math::binomial_distribution<double>;
  const auto k = static_cast<double>(events), n = static_cast<double>(trials);
  if (trials == 0) return {std::numeric_limits<double>::quiet_NaN(), 0, 1, 1};
  const double tail = (1 - confidence) / 2;
  return {k / n, events == 0 ? 0 : Binomial::find_lower_bound_on_p(n, k, tail),
          events == trials ? 1 : Binomial::find_upper_bound_on_p(n, k, tail), confidence};
}

}  // namespace reprise
