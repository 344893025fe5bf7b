// Columns centred and scaled: what distances and detectable shifts begin with. Only for sources of
// this folder, which alone include Eigen.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "reprise/stats/distance.hpp"

namespace reprise::detail {

// The given columns, each with mean 0 and variance 1 (by n - 1).
inline Eigen::MatrixXd standardized(MatrixView<const double> pool,
                                    const std::vector<std::size_t>& columns) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const RowMajor> all(pool.data, static_cast<Eigen::Index>(pool.rows),
                                       static_cast<Eigen::Index>(pool.cols));
  Eigen::MatrixXd z(all.rows(), static_cast<Eigen::Index>(columns.size()));
  const double degrees = static_cast<double>(pool.rows) - 1;
  for (Eigen::Index j = 0; j < z.cols(); ++j) {
    z.col(j) = all.col(static_cast<Eigen::Index>(columns[static_cast<std::size_t>(j)]));
    z.col(j).array() -= z.col(j).mean();
    z.col(j) /= std::sqrt(z.col(j).squaredNorm() / degrees);
  }
  return z;
}

// The correlation of standardized columns, moved towards the identity.
inline Eigen::MatrixXd shrunk_correlation(const Eigen::MatrixXd& z, double shrinkage) {
  Eigen::MatrixXd correlation =
      (1 - shrinkage) / static_cast<double>(z.rows() - 1) * (z.transpose() * z);
  correlation.diagonal().setOnes();
  return correlation;
}

}  // namespace reprise::detail
