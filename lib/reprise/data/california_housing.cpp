#include "reprise/data/california_housing.hpp"

#include <algorithm>

#include "reprise/core/stopwatch.hpp"
#include "reprise/data/housing.hpp"
#include "reprise/data/standin.hpp"

namespace reprise::california_housing {

namespace {

constexpr std::size_t kSmall = 600;

Districts read(const DataSource& source) {
  if (source.origin == Origin::standin) return standin::california_housing();
  const Npz npz(source.path);
  const auto x = npz.floats("x", 2), y = npz.floats("y", 1);
  return housing::samples_from<Districts>(x, y, kFeatures, source);
}

}  // namespace

Dataset load_data(const DataSource& source, const LoadOptions& options) {
  Stopwatch watch;
  const Districts all = read(source);
  source.times->read = watch.seconds();
  watch = {};
  const std::size_t rows =
      options.version == Version::small ? std::min(kSmall, all.x.rows()) : all.x.rows();
  Dataset data = housing::shuffled<Dataset>(all, rows, options.test_split, options.seed);
  source.times->arrange = watch.seconds();
  return data;
}

}  // namespace reprise::california_housing
