#include "reprise/kernels/openmp/column_partition.hpp"

#include <algorithm>

namespace reprise {

std::vector<std::size_t> nonzeros_per_column(const CsrView& matrix) {
  std::vector<std::size_t> entries(matrix.cols);
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    for (const std::int32_t column : matrix.row(i)) ++entries[static_cast<std::size_t>(column)];
  }
  return entries;
}

ColumnPartition::ColumnPartition(const CsrView& matrix, std::span<const std::size_t> bounds)
    : col_idx_(matrix.col_idx), bound_count_(bounds.size()) {
  range_ptr_.reserve(matrix.rows * bound_count_);
  for (std::size_t i = 0; i < matrix.rows; ++i) split_row(matrix.row(i), bounds);
}

void ColumnPartition::split_row(std::span<const std::int32_t> row,
                                std::span<const std::size_t> bounds) {
  auto at = row.begin();
  for (const std::size_t bound : bounds) {
    at = std::lower_bound(at, row.end(), static_cast<std::int32_t>(bound));
    range_ptr_.push_back(row.data() + (at - row.begin()) - col_idx_);
  }
}

}  // namespace reprise
