#include "reprise/data/boston_housing.hpp"

#include "reprise/core/stopwatch.hpp"
#include "reprise/data/housing.hpp"
#include "reprise/data/standin.hpp"

namespace reprise::boston_housing {

namespace {

Suburbs read(const DataSource& source) {
  if (source.origin == Origin::standin) return standin::boston_housing();
  const Npz npz(source.path);
  const auto x = npz.doubles("x", 2), y = npz.doubles("y", 1);
  return housing::samples_from<Suburbs>(x, y, kFeatures, source);
}

}  // namespace

Dataset load_data(const DataSource& source, const LoadOptions& options) {
  Stopwatch watch;
  const Suburbs all = read(source);
  source.times->read = watch.seconds();
  watch = {};
  Dataset data = housing::shuffled<Dataset>(all, all.x.rows(), options.test_split, options.seed);
  source.times->arrange = watch.seconds();
  return data;
}

}  // namespace reprise::boston_housing
