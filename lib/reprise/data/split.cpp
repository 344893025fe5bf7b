#include "reprise/data/split.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

// np.concatenate([x[:first], x[last:]])
template <class T>
Matrix<T> without(MatrixView<const T> x, std::size_t first, std::size_t last) {
  Matrix<T> others(x.rows - (last - first), x.cols);
  const auto end = std::ranges::copy(x.slice(0, first).flat(), others.view().flat().begin()).out;
  std::ranges::copy(x.slice(last, x.rows).flat(), end);
  return others;
}

template <class T>
Fold<T> fold_of(MatrixView<const T> x, MatrixView<const T> y, std::size_t i, std::size_t k) {
  if (x.rows != y.rows) {
    throw Error(fmt::format("folds: x has {} rows, y has {}", x.rows, y.rows));
  }
  if (k < 2 || k > x.rows || i >= k) {
    throw Error(
        fmt::format("folds: found fold {} of {} for {} samples, expected 2 to {} folds, "
                    "counted from 0",
                    i, k, x.rows, x.rows));
  }
  const std::size_t num_val = x.rows / k, first = i * num_val, last = first + num_val;
  return {x.slice(first, last), y.slice(first, last), without(x, first, last),
          without(y, first, last)};
}

}  // namespace

std::size_t train_count(std::size_t samples, double test_split) {
  if (!(test_split >= 0 && test_split < 1)) {
    throw Error(fmt::format("test_split: found {}, expected 0 or more and below 1", test_split));
  }
  return static_cast<std::size_t>(static_cast<double>(samples) * (1 - test_split));
}

Fold<double> make_fold(MatrixView<const double> x, MatrixView<const double> y, std::size_t i,
                       std::size_t k) {
  return fold_of(x, y, i, k);
}

Fold<float> make_fold(MatrixView<const float> x, MatrixView<const float> y, std::size_t i,
                      std::size_t k) {
  return fold_of(x, y, i, k);
}

}  // namespace reprise
