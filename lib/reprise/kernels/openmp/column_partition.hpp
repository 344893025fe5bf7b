// A partition of a sparse matrix's columns into ranges: the positions where each row passes from
// one range to the next. Threads that own columns find their entries without a search.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reprise/kernels/backend.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

// The number of nonzeros in each column.
std::vector<std::size_t> nonzeros_per_column(const CsrView& matrix);

class ColumnPartition {
 public:
  ColumnPartition() = default;
  // Range r has the columns [bounds[r], bounds[r + 1]); `bounds` ascends.
  ColumnPartition(const CsrView& matrix, std::span<const std::size_t> bounds);

  // The matrix restricted to the columns of range r.
  CsrSlice range(std::size_t r) const {
    return {col_idx_, range_ptr_.data() + r, range_ptr_.data() + r + 1, bound_count_};
  }

 private:
  void split_row(std::span<const std::int32_t> row, std::span<const std::size_t> bounds);

  const std::int32_t* col_idx_ = nullptr;
  std::size_t bound_count_ = 0;
  // Offset into col_idx_ of the first entry of row i at or after bound b: i * bound_count_ + b.
  std::vector<std::int64_t> range_ptr_;
};

}  // namespace reprise
