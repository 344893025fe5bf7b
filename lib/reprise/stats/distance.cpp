#include "reprise/stats/distance.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "reprise/stats/ranks.hpp"

namespace reprise {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const RowMajor> mapped(MatrixView<const double> matrix) {
  return {matrix.data, static_cast<Eigen::Index>(matrix.rows),
          static_cast<Eigen::Index>(matrix.cols)};
}

}  // namespace

double mean_of(MatrixView<const double> pool, std::size_t column) {
  double mean = 0;
  const auto n = static_cast<double>(pool.rows);
  for (std::size_t i = 0; i < pool.rows; ++i) mean += pool(i, column) / n;
  return mean;
}

double deviation_of(MatrixView<const double> pool, std::size_t column) {
  const double mean = mean_of(pool, column);
  double squares = 0;
  for (std::size_t i = 0; i < pool.rows; ++i) squares += std::pow(pool(i, column) - mean, 2);
  return std::sqrt(squares / static_cast<double>(pool.rows - 1));
}

Matrix<double> standardized(MatrixView<const double> pool,
                            const std::vector<std::size_t>& columns) {
  Matrix<double> z(pool.rows, columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const double mean = mean_of(pool, columns[j]);
    const double deviation = deviation_of(pool, columns[j]);
    for (std::size_t i = 0; i < pool.rows; ++i) z(i, j) = (pool(i, columns[j]) - mean) / deviation;
  }
  return z;
}

Matrix<double> shrunk_correlation(MatrixView<const double> z, double shrinkage) {
  const auto map = mapped(z);
  RowMajor product =
      (1 - shrinkage) / static_cast<double>(map.rows() - 1) * (map.transpose() * map);
  product.diagonal().setOnes();
  Matrix<double> correlation(z.cols, z.cols);
  std::copy(product.data(), product.data() + product.size(), correlation.view().data);
  return correlation;
}

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
  const Matrix<double> z = standardized(pool, columns),
                       correlation = shrunk_correlation(z, shrinkage);
  const Eigen::LLT<Eigen::MatrixXd> factor(mapped(correlation));
  const Eigen::MatrixXd whitened = factor.matrixL().solve(mapped(z).transpose());
  const Eigen::VectorXd squared = whitened.colwise().squaredNorm();
  return {squared.begin(), squared.end()};
}

double distance_p(MatrixView<const double> pool, std::size_t row) {
  return rank_p(squared_distances(pool), row);
}

}  // namespace reprise
