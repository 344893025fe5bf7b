// The Mahalanobis distance of a vector from a pool: one statistic for many correlated quantities.
#pragma once

#include <cstddef>
#include <vector>

#include "reprise/core/matrix.hpp"

namespace reprise {

// The weight with which the correlation matrix is shrunk towards the identity. With it the distance
// is defined for more quantities than vectors, and random errors of small eigenvalues count less
// (Ledoit and Wolf 2004, J. Multivariate Anal. 88, 365-411, with a fixed weight).
inline constexpr double kShrinkage = 0.1;

// The squared Mahalanobis distance of each row of `pool` (a vector of quantities) from the mean of
// all rows. Columns are standardized over all rows; constant columns are left out. All rows are
// treated alike: if they are exchangeable, so are the distances, and the rank of one of them gives
// an exact test for any number of rows (rank_p in ranks.hpp). `pool` needs at least 2 rows of
// finite values.
std::vector<double> squared_distances(MatrixView<const double> pool, double shrinkage = kShrinkage);

// The p-value of row `row` of the pool: rank_p of its squared distance.
double distance_p(MatrixView<const double> pool, std::size_t row);

// The steps of the computation.

// The given columns of the pool with mean 0 and variance 1 (divisor n - 1); none may be constant.
Matrix<double> standardized(MatrixView<const double> pool, const std::vector<std::size_t>& columns);
// The correlation matrix of standardized columns, shrunk towards the identity.
Matrix<double> shrunk_correlation(MatrixView<const double> z, double shrinkage = kShrinkage);

// The mean and the standard deviation (divisor n - 1) of a column.
double mean_of(MatrixView<const double> pool, std::size_t column);
double deviation_of(MatrixView<const double> pool, std::size_t column);

// The indices of the columns that are not constant, ascending.
std::vector<std::size_t> varying_columns(MatrixView<const double> pool);

}  // namespace reprise
