#include "reprise/kernels/openmp/columns.hpp"

namespace reprise {

// A counting sort: starts_[c + 1] first counts, then says where column c goes on.
void ColumnLists::turn(const CsrBatch& batch) {
  const auto row = [&](std::size_t i) {
    return batch.matrix.row(static_cast<std::size_t>(batch.rows[i]));
  };
  starts_.assign(batch.matrix.cols + 2, 0);
  std::size_t ones = 0;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    ones += row(i).size();
    for (const std::int32_t column : row(i)) ++starts_[static_cast<std::size_t>(column) + 2];
  }
  for (std::size_t c = 2; c < starts_.size(); ++c) starts_[c] += starts_[c - 1];
  rows_.resize(ones);
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    for (const std::int32_t column : row(i)) {
      const auto at = starts_[static_cast<std::size_t>(column) + 1]++;
      rows_[static_cast<std::size_t>(at)] = static_cast<std::int32_t>(i);
    }
  }
}

}  // namespace reprise
