#include "reprise/stats/sign_test.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace reprise {

namespace {

// P(at most k heads in n tosses of a fair coin)
double tail(std::size_t n, int k) {
  const boost::math::binomial_distribution<double> coins(static_cast<double>(n), 0.5);
  return boost::math::cdf(coins, static_cast<double>(k));
}

}  // namespace

double sign_test_p(std::span<const double> differences) {
  const std::size_t n = differences.size();
  if (n == 0) return 1;
  const auto positive = std::ranges::count_if(differences, [](double d) { return d > 0; });
  const auto negative = std::ranges::count_if(differences, [](double d) { return d < 0; });
  const auto rarer = static_cast<std::ptrdiff_t>(n) - std::max(positive, negative);
  return std::min(1.0, 2 * tail(n, static_cast<int>(rarer)));
}

double sign_test_greater_p(std::span<const double> differences) {
  if (differences.empty()) return 1;
  const auto others = std::ranges::count_if(differences, [](double d) { return !(d > 0); });
  return tail(differences.size(), static_cast<int>(others));
}

int sign_test_critical_value(std::size_t n, double level) {
  int k = -1;
  while (n > 0 && k + 1 < static_cast<int>(n) && 2 * tail(n, k + 1) <= level) ++k;
  return k;
}

double sign_probability_for_power(std::size_t n, double level, double power) {
  const int k = sign_test_critical_value(n, level);
  if (k < 0) return 2;
  // P(Bin(n, q) <= k) = power, by the incomplete beta function
  const double rarer =
      boost::math::ibeta_inv(static_cast<double>(k) + 1, static_cast<double>(n) - k, 1 - power);
  return 1 - rarer;
}

double minimum_detectable_shift(std::span<const double> noise, std::size_t n, double level,
                                double power) {
  const double probability = sign_probability_for_power(n, level, power);
  if (probability > 1) return std::numeric_limits<double>::infinity();
  std::vector<double> symmetric;
  for (const double value : noise) {
    symmetric.push_back(value);
    symmetric.push_back(-value);
  }
  std::ranges::sort(symmetric);
  const auto rank =
      static_cast<std::size_t>(std::ceil(probability * static_cast<double>(symmetric.size())));
  return std::max(symmetric[std::min(rank, symmetric.size()) - 1], 0.0);
}

}  // namespace reprise
