// How Keras splits a data set that comes in one piece, and the book's folds.
#pragma once

#include <cstddef>

#include "reprise/core/matrix.hpp"

namespace reprise {

// int(samples * (1 - test_split)): the samples before it are the train set, the others the test set
// (reuters.load_data, boston_housing.load_data). Throws Error if test_split is not in [0, 1).
std::size_t train_count(std::size_t samples, double test_split);

// A fold of K-fold validation, after listing 3.27 (notebook 3.7): rows [i n, (i + 1) n) validate,
// n = N / k rounded down, and the others train, in their order. The views are into the samples.
struct Fold {
  MatrixView<const double> val_x;
  MatrixView<const double> val_y;
  Matrix<double> partial_train_x;
  Matrix<double> partial_train_y;
};

// Fold `i` of `k`. `x` and `y` have N rows each and must outlive the fold. Throws Error unless
// 2 <= k <= N, i < k and both have the same number of rows.
Fold make_fold(MatrixView<const double> x, MatrixView<const double> y, std::size_t i,
               std::size_t k);

}  // namespace reprise
