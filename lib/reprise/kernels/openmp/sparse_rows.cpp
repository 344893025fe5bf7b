#include "reprise/kernels/openmp/sparse_rows.hpp"

#include <algorithm>

namespace reprise {

template <class T>
std::optional<SparseRows<T>> SparseRows<T>::of(MatrixView<const T> x, Team& team) {
  constexpr std::size_t kGrain = 64;  // rows worth a thread
  SparseRows<T> sparse;
  sparse.starts_.resize(x.rows + 1);
  team.parallel_for(x.rows, kGrain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const auto row = x.row(i);
      sparse.starts_[i + 1] = std::ranges::count_if(row, [](T value) { return value != T(0); });
    }
  });
  for (std::size_t i = 0; i < x.rows; ++i) sparse.starts_[i + 1] += sparse.starts_[i];
  const auto all = static_cast<std::size_t>(sparse.starts_.back());
  if (static_cast<double>(all) > 0.4 * static_cast<double>(x.rows * x.cols)) return std::nullopt;
  sparse.columns_.resize(all);
  sparse.values_.resize(all);
  team.parallel_for(x.rows, kGrain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      auto at = static_cast<std::size_t>(sparse.starts_[i]);
      const auto row = x.row(i);
      for (std::size_t column = 0; column < row.size(); ++column) {
        if (row[column] == T(0)) continue;
        sparse.columns_[at] = static_cast<std::int32_t>(column);
        sparse.values_[at++] = row[column];
      }
    }
  });
  sparse.places_ = {sparse.starts_.data(), sparse.columns_.data(), x.rows, x.cols};
  return sparse;
}

template class SparseRows<float>;
template class SparseRows<double>;

}  // namespace reprise
