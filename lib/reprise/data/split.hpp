// Splits a data set into training and test set as Keras does, and into the folds of the book.
#pragma once

#include <cstddef>

#include "reprise/core/matrix.hpp"

namespace reprise {

// The size of the training set: int(samples * (1 - test_split)). The other samples are the test set
// (reuters.load_data, boston_housing.load_data). Throws Error if test_split is not in [0, 1).
std::size_t train_count(std::size_t samples, double test_split);

// A fold of K-fold cross-validation as in listing 3.27 (notebook 3.7): rows [i n, (i + 1) n), where
// n = N / k rounded down, are the validation data, the other rows in their order the training data.
// The views refer to the samples.
template <class T>
struct Fold {
  MatrixView<const T> val_x;
  MatrixView<const T> val_y;
  Matrix<T> partial_train_x;
  Matrix<T> partial_train_y;
};

// Fold `i` of `k`. `x` and `y` have N rows each and must outlive the fold. Throws Error unless they
// have the same number of rows, 2 <= k <= N and i < k.
Fold<double> make_fold(MatrixView<const double> x, MatrixView<const double> y, std::size_t i,
                       std::size_t k);
Fold<float> make_fold(MatrixView<const float> x, MatrixView<const float> y, std::size_t i,
                      std::size_t k);

}  // namespace reprise
