// How far each of several vectors lies from all of them: one statistic for many correlated figures.
#pragma once

#include <cstddef>
#include <vector>

#include "reprise/core/matrix.hpp"

namespace reprise {

// How far the pooled correlation is moved towards the identity: with it the distance exists for
// more figures than vectors, and what chance makes of small eigenvalues counts less (Ledoit and
// Wolf 2004, J. Multivariate Anal. 88, 365-411, with a fixed weight).
inline constexpr double kShrinkage = 0.1;

// The squared Mahalanobis distance of each row of `pool` (a vector of figures) from the mean of all
// rows, every column centred and scaled by all rows, columns that are constant left out. All rows
// are treated alike: if they are exchangeable so are the distances, and the rank of one of them is
// an exact test (rank_p in ranks.hpp), however few rows there are. `pool`: at least 2 rows, finite.
std::vector<double> squared_distances(MatrixView<const double> pool, double shrinkage = kShrinkage);

// The p-value of row `place` of the pool by that rank.
double distance_p(MatrixView<const double> pool, std::size_t place);

// The parts of it. The given columns, each with mean 0 and variance 1 (by n - 1); none may be
// constant.
Matrix<double> standardized(MatrixView<const double> pool, const std::vector<std::size_t>& columns);
// The correlation of standardized columns, moved towards the identity: symmetric, ones on the
// diagonal.
Matrix<double> shrunk_correlation(MatrixView<const double> z, double shrinkage = kShrinkage);

// The mean of a column, and its standard deviation by n - 1.
double mean_of(MatrixView<const double> pool, std::size_t column);
double deviation_of(MatrixView<const double> pool, std::size_t column);

// The columns that are not constant, in ascending order.
std::vector<std::size_t> varying_columns(MatrixView<const double> pool);

}  // namespace reprise
