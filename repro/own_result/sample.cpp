#include "repro/own_result/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/stats/distance.hpp"
#include "reprise/stats/ranks.hpp"

namespace reprise::book {

namespace {

// The stored numbers have five digits, so that the reader's are rounded to as many first: equal
// runs then have equal numbers.
double rounded(double value, int decimals) {
  const double stored = std::stod(fmt::format("{:.5g}", value));
  return decimals > 7 ? stored : std::stod(fmt::format("{:.{}f}", stored, decimals));
}

Matrix<double> matrix_of(const std::vector<std::vector<double>>& rows) {
  Matrix<double> matrix(rows.size(), rows.front().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(rows[i], matrix.view().row(i).begin());
  }
  return matrix;
}

}  // namespace

std::vector<double> OwnSample::column(std::size_t j) const {
  std::vector<double> values;
  for (std::size_t i = 0; i < runs(); ++i) values.push_back(pool(i, j));
  return values;
}

double OwnSample::p() const {
  if (pool.cols() > 1) return distance_p(pool, runs());
  // 2 (runs at or beyond the number, on the side with fewer of them, and itself) / (runs + 1)
  std::size_t at_or_below = 1, at_or_above = 1;
  for (std::size_t i = 0; i < runs(); ++i) {
    at_or_below += pool(i, 0) <= pool(runs(), 0);
    at_or_above += pool(i, 0) >= pool(runs(), 0);
  }
  const auto fewer = static_cast<double>(std::min(at_or_below, at_or_above));
  return std::min(1.0, 2 * fewer / static_cast<double>(pool.rows()));
}

double OwnSample::unlikeliness() const {
  double sum = 0;
  for (std::size_t j = 0; j < stored.cols(); ++j) {
    const double mean = mean_of(stored, j);
    // a number that is the same in all runs still has its rounding as a scale
    const double scale = std::max(deviation_of(stored, j), 1e-4 * std::abs(mean) + 1e-12);
    const double deviation = (pool(runs(), j) - mean) / scale;
    sum += deviation * deviation + 2 * std::log(scale);
  }
  return sum / static_cast<double>(stored.cols());
}

Place place_in(const OwnSample& sample, std::size_t j, const OwnNumber& number) {
  auto ours = sample.column(j);
  std::ranges::sort(ours);
  std::vector<double> stored;
  for (std::size_t i = 0; i < sample.runs(); ++i) stored.push_back(sample.stored(i, j));
  std::ranges::sort(stored);
  const double own = sample.pool(sample.runs(), j);
  const auto [first, last] = std::ranges::equal_range(ours, own);
  return {.name = number.name,
          .own = number.value(),
          .below = static_cast<std::size_t>(first - ours.begin()),
          .equal = static_cast<std::size_t>(last - first),
          .above = static_cast<std::size_t>(ours.end() - last),
          .least = stored.front(),
          .low = quantile(stored, 0.05),
          .high = quantile(stored, 0.95),
          .most = stored.back()};
}

std::optional<OwnSample> sample_of(const StoredRuns& stored,
                                   const std::vector<OwnNumber>& numbers) {
  std::vector<std::vector<double>> rows, stored_rows;
  OwnSample sample;
  for (const RunResults& run : stored.runs) {
    std::vector<double> row, stored_row;
    for (const OwnNumber& number : numbers) {
      const auto value = number_of(run, stored.experiment, number.name);
      if (!value) return {};
      row.push_back(rounded(*value, number.printed.decimals));
      stored_row.push_back(*value);
    }
    if (std::ranges::all_of(row, [](double value) { return std::isfinite(value); })) {
      rows.push_back(std::move(row));
      stored_rows.push_back(std::move(stored_row));
    } else {
      ++sample.diverged;
    }
  }
  if (rows.size() < kFewestRuns) return {};
  rows.emplace_back();
  for (const OwnNumber& number : numbers)
    rows.back().push_back(rounded(number.value(), number.printed.decimals));
  sample.pool = matrix_of(rows);
  sample.stored = matrix_of(stored_rows);
  return sample;
}

}  // namespace reprise::book
