#include "reprise/kernels/openmp/column_partition.hpp"

#include <algorithm>

namespace reprise {

std::vector<std::size_t> entries_of_columns(const CsrView& rows) {
  std::vector<std::size_t> entries(rows.cols);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    for (const std::int32_t column : rows.row(i)) ++entries[static_cast<std::size_t>(column)];
  }
  return entries;
}

ColumnPartition::ColumnPartition(const CsrBatch& batch, std::span<const std::size_t> bounds)
    : ones_(batch.matrix.col_idx), narrow_(batch.matrix.col_idx16), step_(bounds.size()) {
  cuts_.reserve(batch.rows.size() * step_);
  for (const std::int32_t row : batch.rows) {
    cut(batch.matrix.row(static_cast<std::size_t>(row)), bounds);
  }
}

ColumnPartition::ColumnPartition(const CsrView& rows, std::span<const std::size_t> bounds)
    : ones_(rows.col_idx), narrow_(rows.col_idx16), step_(bounds.size()) {
  cuts_.reserve(rows.rows * step_);
  for (std::size_t i = 0; i < rows.rows; ++i) cut(rows.row(i), bounds);
}

void ColumnPartition::cut(std::span<const std::int32_t> row, std::span<const std::size_t> bounds) {
  auto at = row.begin();
  for (const std::size_t bound : bounds) {
    at = std::lower_bound(at, row.end(), static_cast<std::int32_t>(bound));
    cuts_.push_back(row.data() + (at - row.begin()) - ones_);
  }
}

}  // namespace reprise
