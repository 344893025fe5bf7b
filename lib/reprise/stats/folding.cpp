#include "reprise/stats/folding.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace reprise {

namespace {

struct Moments {
  double mean = 0, second = 0, third = 0;
  bool constant() const { return second <= 1e-30 * mean * mean || second == 0; }
  // for values with mean 0, cov(x, x^2) is the third moment
  double pivot() const { return constant() ? mean : mean + third / (2 * second); }
};

Moments moments_of(std::span<const double> values) {
  Moments moments;
  const auto n = static_cast<double>(values.size());
  for (const double x : values) moments.mean += x / n;
  for (const double x : values) {
    const double c = x - moments.mean;
    moments.second += c * c / n;
    moments.third += c * c * c / n;
  }
  return moments;
}

}  // namespace

double folding_pivot(std::span<const double> values) { return moments_of(values).pivot(); }

double folding_statistic(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const Moments moments = moments_of(values);
  if (moments.constant()) return 1;
  const double pivot = moments.pivot();
  double folded_mean = 0, folded = 0;
  for (const double x : values) folded_mean += std::abs(x - pivot) / n;
  for (const double x : values) {
    const double c = std::abs(x - pivot) - folded_mean;
    folded += c * c / n;
  }
  return 4 * folded / moments.second;
}

FoldingTest::FoldingTest(std::size_t n, int draws, std::uint32_t seed) {
  // the output of the engine is the same everywhere, that of standard distributions is not
  std::mt19937 engine(seed);
  std::vector<double> sample(n);
  for (int d = 0; d < draws; ++d) {
    for (double& x : sample) x = static_cast<double>(engine()) * 0x1p-32;
    statistics_.push_back(folding_statistic(sample));
  }
  std::ranges::sort(statistics_);
}

double FoldingTest::p(std::span<const double> values) const {
  const auto above = std::ranges::upper_bound(statistics_, folding_statistic(values));
  const auto smaller = static_cast<double>(above - statistics_.begin());
  return (1 + smaller) / (1 + static_cast<double>(statistics_.size()));
}

}  // namespace reprise
