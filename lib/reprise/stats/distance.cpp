#include "reprise/stats/distance.hpp"

#include <Eigen/Cholesky>

#include "reprise/stats/ranks.hpp"
#include "reprise/stats/standardized.hpp"

namespace reprise {

std::vector<std::size_t> varying_columns(MatrixView<const double> pool) {
  std::vector<std::size_t> columns;
  for (std::size_t j = 0; j < pool.cols; ++j) {
    for (std::size_t i = 1; i < pool.rows; ++i) {
      if (pool(i, j) == pool(0, j)) continue;
      columns.push_back(j);
      break;
    }
  }
  return columns;
}

std::vector<double> squared_distances(MatrixView<const double> pool, double shrinkage) {
  const auto columns = varying_columns(pool);
  if (columns.empty()) return std::vector<double>(pool.rows);
  const Eigen::MatrixXd z = detail::standardized(pool, columns);
  const Eigen::LLT<Eigen::MatrixXd> factor(detail::shrunk_correlation(z, shrinkage));
  const Eigen::MatrixXd whitened = factor.matrixL().solve(z.transpose());
  const Eigen::VectorXd squared = whitened.colwise().squaredNorm();
  return {squared.begin(), squared.end()};
}

double distance_p(MatrixView<const double> pool, std::size_t place) {
  return rank_p(squared_distances(pool), place);
}

}  // namespace reprise
