#include "reprise/data/normalize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

Matrix<double> centred(MatrixView<const double> x, const std::vector<double>& mean) {
  Matrix<double> out(x.rows, x.cols);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.cols; ++j) out(i, j) = x(i, j) - mean[j];
  }
  return out;
}

}  // namespace

std::vector<double> column_means(MatrixView<const double> x) {
  std::vector<double> sums(x.cols);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.cols; ++j) sums[j] += x(i, j);
  }
  for (double& sum : sums) sum /= static_cast<double>(x.rows);
  return sums;
}

std::vector<double> column_stds(MatrixView<const double> x) {
  Matrix<double> squares = centred(x, column_means(x));
  for (double& value : squares.view().flat()) value *= value;
  std::vector<double> stds = column_means(squares);
  for (double& value : stds) value = std::sqrt(value);
  return stds;
}

void Normalization::apply(MatrixView<double> x) const {
  if (x.cols != mean.size()) {
    throw Error(fmt::format("normalization: found {} columns, expected {} as in the training set",
                            x.cols, mean.size()));
  }
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.cols; ++j) x(i, j) = (x(i, j) - mean[j]) / std[j];
  }
}

Normalization measure(MatrixView<const double> train) {
  Normalization normalization;
  normalization.mean = column_means(train);
  normalization.std = column_stds(centred(train, normalization.mean));
  return normalization;
}

}  // namespace reprise
