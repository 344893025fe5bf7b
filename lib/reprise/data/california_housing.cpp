#include "reprise/data/california_housing.hpp"

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

namespace reprise::california_housing {

namespace {

constexpr std::size_t kSmall = 600;

Districts read(const DataSource& source) {
  if (source.origin == Origin::standin) return standin::california_housing();
  const Npz npz(source.path);
  const auto x = npz.floats("x", 2), y = npz.floats("y", 1);
  if (x.shape[1] != kFeatures || y.shape[0] != x.shape[0]) {
    throw Error(fmt::format("{}: found x of shape ({}) and {} prices, expected (N, {}) and N",
                            printable(source.path.string()), fmt::join(x.shape, ", "), y.shape[0],
                            kFeatures));
  }
  Districts districts{Matrix<float>(x.shape[0], kFeatures), Matrix<float>(y.shape[0], 1)};
  std::ranges::copy(x.values, districts.x.view().flat().begin());
  std::ranges::copy(y.values, districts.y.view().flat().begin());
  return districts;
}

Districts gather(const Districts& all, std::span<const std::int32_t> rows) {
  Districts some{Matrix<float>(rows.size(), kFeatures), Matrix<float>(rows.size(), 1)};
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
  const Districts all = read(source);
  source.times->read = watch.seconds();
  watch = {};
  const std::size_t rows =
      options.version == Version::small ? std::min(kSmall, all.x.rows()) : all.x.rows();
  const std::size_t end = train_count(rows, options.test_split);
  const auto order = NumpyRandom(options.seed).permutation(rows);
  Dataset data{gather(all, std::span(order).first(end)),
               gather(all, std::span(order).subspan(end))};
  source.times->arrange = watch.seconds();
  return data;
}

}  // namespace reprise::california_housing
