#include "reprise/data/normalize.hpp"

#include <fmt/format.h>

#include <cmath>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

template <class T>
Matrix<T> centred(MatrixView<const T> x, const std::vector<T>& mean) {
  Matrix<T> out(x.rows, x.cols);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.cols; ++j) out(i, j) = x(i, j) - mean[j];
  }
  return out;
}

template <class T>
std::vector<T> means(MatrixView<const T> x) {
  std::vector<T> sums(x.cols);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.cols; ++j) sums[j] += x(i, j);
  }
  for (T& sum : sums) sum /= static_cast<T>(x.rows);
  return sums;
}

template <class T>
std::vector<T> stds(MatrixView<const T> x) {
  Matrix<T> squares = centred(x, means(x));
  for (T& value : squares.view().flat()) value *= value;
  std::vector<T> stds = means<T>(squares.view());
  for (T& value : stds) value = std::sqrt(value);
  return stds;
}

template <class T>
void normalize(MatrixView<T> x, const std::vector<T>& mean, const std::vector<T>& std) {
  if (x.cols != mean.size()) {
    throw Error(fmt::format("normalization: found {} columns, expected {} as in the training set",
                            x.cols, mean.size()));
  }
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.cols; ++j) x(i, j) = (x(i, j) - mean[j]) / std[j];
  }
}

}  // namespace

std::vector<double> column_means(MatrixView<const double> x) { return means(x); }
std::vector<double> column_stds(MatrixView<const double> x) { return stds(x); }

void Normalization::apply(MatrixView<double> x) const { normalize(x, mean, std); }
void NormalizationF32::apply(MatrixView<float> x) const { normalize(x, mean, std); }

Normalization measure(MatrixView<const double> train) {
  Normalization normalization;
  normalization.mean = means(train);
  normalization.std = stds<double>(centred(train, normalization.mean).view());
  return normalization;
}

NormalizationF32 measure_at_once(MatrixView<const float> train) {
  return {means(train), stds(train)};
}

}  // namespace reprise
