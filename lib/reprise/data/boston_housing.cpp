#include "reprise/data/boston_housing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/split.hpp"
#include "reprise/data/standin.hpp"
#include "reprise/random/numpy_random.hpp"

namespace reprise::boston_housing {

namespace {

Suburbs read(const DataSource& source) {
  if (source.origin == Origin::standin) return standin::boston_housing();
  const Npz npz(source.path);
  const auto x = npz.doubles("x", 2), y = npz.doubles("y", 1);
  if (x.shape[1] != kFeatures || y.shape[0] != x.shape[0]) {
    throw Error(fmt::format("{}: found x of shape ({}) and {} prices, expected (N, {}) and N",
                            printable(source.path.string()), fmt::join(x.shape, ", "), y.shape[0],
                            kFeatures));
  }
  Suburbs suburbs{Matrix<double>(x.shape[0], kFeatures), Matrix<double>(y.shape[0], 1)};
  std::ranges::copy(x.values, suburbs.x.view().flat().begin());
  std::ranges::copy(y.values, suburbs.y.view().flat().begin());
  return suburbs;
}

Suburbs gather(const Suburbs& all, std::span<const std::int32_t> rows) {
  Suburbs some{Matrix<double>(rows.size(), all.x.cols()), Matrix<double>(rows.size(), 1)};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(rows[i]);
    std::ranges::copy(all.x.view().row(row), some.x.view().row(i).begin());
    some.y(i, 0) = all.y(row, 0);
  }
  return some;
}

}  // namespace

Dataset load_data(const DataSource& source, const LoadOptions& options) {
  Stopwatch watch;
  const Suburbs all = read(source);
  source.times->read = watch.seconds();
  watch = {};
  const std::size_t end = train_count(all.x.rows(), options.test_split);
  const auto order = NumpyRandom(options.seed).permutation(all.x.rows());
  Dataset data{gather(all, std::span(order).first(end)),
               gather(all, std::span(order).subspan(end))};
  source.times->arrange = watch.seconds();
  return data;
}

}  // namespace reprise::boston_housing
