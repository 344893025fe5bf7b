#include "reprise/kernels/openmp/sparse_samples.hpp"

#include <algorithm>

namespace reprise {

template <class T>
std::optional<SparseSamples<T>> SparseSamples<T>::from_dense(MatrixView<const T> x, Team& team) {
  constexpr std::size_t kGrain = 64;  // rows per thread, at least
  SparseSamples<T> sparse;
  sparse.row_ptr_.resize(x.rows + 1);
  team.parallel_for(x.rows, kGrain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const auto row = x.row(i);
      sparse.row_ptr_[i + 1] = std::ranges::count_if(row, [](T value) { return value != T(0); });
    }
  });
  for (std::size_t i = 0; i < x.rows; ++i) sparse.row_ptr_[i + 1] += sparse.row_ptr_[i];
  const auto all = static_cast<std::size_t>(sparse.row_ptr_.back());
  if (static_cast<double>(all) > 0.4 * static_cast<double>(x.rows * x.cols)) return std::nullopt;
  sparse.col_idx_.resize(all);
  sparse.values_.resize(all);
  team.parallel_for(x.rows, kGrain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      auto at = static_cast<std::size_t>(sparse.row_ptr_[i]);
      const auto row = x.row(i);
      for (std::size_t column = 0; column < row.size(); ++column) {
        if (row[column] == T(0)) continue;
        sparse.col_idx_[at] = static_cast<std::int32_t>(column);
        sparse.values_[at++] = row[column];
      }
    }
  });
  sparse.pattern_ = {sparse.row_ptr_.data(), sparse.col_idx_.data(), x.rows, x.cols};
  return sparse;
}

template class SparseSamples<float>;
template class SparseSamples<double>;

}  // namespace reprise
