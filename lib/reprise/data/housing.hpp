// What the two data sets of house prices share: the form of their files, and the shuffle and split
// of load_data. `Samples` has a matrix x (N, features) and a matrix y (N, 1) of type T.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "reprise/core/error.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/source.hpp"
#include "reprise/data/split.hpp"
#include "reprise/random/numpy_random.hpp"

namespace reprise::housing {

// The samples in the file's arrays x and y. Throws Error if their shapes are others.
template <class Samples, class T>
Samples samples_from(const NdArray<T>& x, const NdArray<T>& y, std::size_t features,
                     const DataSource& source) {
  if (x.shape[1] != features || y.shape[0] != x.shape[0]) {
    throw Error(fmt::format("{}: found x of shape ({}) and {} prices, expected (N, {}) and N",
                            printable(source.path.string()), fmt::join(x.shape, ", "), y.shape[0],
                            features));
  }
  Samples samples{Matrix<T>(x.shape[0], features), Matrix<T>(y.shape[0], 1)};
  std::ranges::copy(x.values, samples.x.view().flat().begin());
  std::ranges::copy(y.values, samples.y.view().flat().begin());
  return samples;
}

template <class Samples>
Samples gather(const Samples& all, std::span<const std::int32_t> rows) {
  Samples some{{rows.size(), all.x.cols()}, {rows.size(), 1}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(rows[i]);
    std::ranges::copy(all.x.view().row(row), some.x.view().row(i).begin());
    some.y(i, 0) = all.y(row, 0);
  }
  return some;
}

// Shuffles the first `rows` samples and splits them into a training and a test set.
template <class Dataset, class Samples>
Dataset shuffled(const Samples& all, std::size_t rows, double test_split, std::uint32_t seed) {
  const std::size_t end = train_count(rows, test_split);
  const auto order = NumpyRandom(seed).permutation(rows);
  return {gather(all, std::span(order).first(end)), gather(all, std::span(order).subspan(end))};
}

}  // namespace reprise::housing
