#include "repro/own_result/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/stats/distance.hpp"
#include "reprise/stats/ranks.hpp"

namespace reprise::book {

namespace {

// The stored numbers have five digits, so that a longer log is compared with what is there.
double rounded(double value, int decimals) {
  return decimals > 7 ? value : std::stod(fmt::format("{:.{}f}", value, decimals));
}

}  // namespace

std::vector<double> OwnSample::column(std::size_t j) const {
  std::vector<double> values;
  for (std::size_t i = 0; i < runs(); ++i) values.push_back(pool(i, j));
  return values;
}

double OwnSample::p() const { return distance_p(pool, runs()); }

double OwnSample::distance() const {
  double sum = 0;
  for (std::size_t j = 0; j < pool.cols(); ++j) {
    Matrix<double> ours(runs(), 1);
    for (std::size_t i = 0; i < runs(); ++i) ours(i, 0) = pool(i, j);
    // a number that is the same in all runs still has its rounding as a scale
    const double scale = std::max(deviation_of(ours, 0), 1e-4 * std::abs(mean_of(ours, 0)) + 1e-12);
    const double deviation = (pool(runs(), j) - mean_of(ours, 0)) / scale;
    sum += deviation * deviation;
  }
  return sum / static_cast<double>(pool.cols());
}

Place place_in(const OwnSample& sample, std::size_t j, const OwnNumber& number) {
  auto ours = sample.column(j);
  std::ranges::sort(ours);
  const auto [first, last] = std::ranges::equal_range(ours, number.value());
  return {.name = number.name,
          .own = number.value(),
          .below = static_cast<std::size_t>(first - ours.begin()),
          .equal = static_cast<std::size_t>(last - first),
          .above = static_cast<std::size_t>(ours.end() - last),
          .least = ours.front(),
          .low = quantile(ours, 0.05),
          .high = quantile(ours, 0.95),
          .most = ours.back()};
}

std::optional<OwnSample> sample_of(const StoredRuns& stored,
                                   const std::vector<OwnNumber>& numbers) {
  std::vector<std::vector<double>> rows;
  OwnSample sample;
  for (const RunResults& run : stored.runs) {
    std::vector<double> row;
    for (const OwnNumber& number : numbers) {
      const auto value = number_of(run, stored.experiment, number.name);
      if (!value) return {};
      row.push_back(rounded(*value, number.printed.decimals));
    }
    if (std::ranges::all_of(row, [](double value) { return std::isfinite(value); })) {
      rows.push_back(std::move(row));
    } else {
      ++sample.diverged;
    }
  }
  if (rows.size() < 2) return {};
  rows.emplace_back();
  for (const OwnNumber& number : numbers) rows.back().push_back(number.value());
  sample.pool = Matrix<double>(rows.size(), numbers.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < numbers.size(); ++j) sample.pool(i, j) = rows[i][j];
  }
  return sample;
}

}  // namespace reprise::book
