// Ranges of columns of sparse rows: where each row's list passes from one range to the next.
// Threads that own columns find theirs so without a search.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reprise/kernels/backend.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

// How many rows hold something in each column.
std::vector<std::size_t> entries_of_columns(const CsrView& rows);

class ColumnPartition {
 public:
  ColumnPartition() = default;
  // Range r of columns is [bounds[r], bounds[r + 1]); `bounds` ascends.
  ColumnPartition(const CsrBatch& batch, std::span<const std::size_t> bounds);
  ColumnPartition(const CsrView& rows, std::span<const std::size_t> bounds);

  // List i is what row i has in range r.
  Lists range(std::size_t r) const {
    return {ones_, cuts_.data() + r, cuts_.data() + r + 1, step_, narrow_};
  }

 private:
  void cut(std::span<const std::int32_t> row, std::span<const std::size_t> bounds);

  const std::int32_t* ones_ = nullptr;
  const std::uint16_t* narrow_ = nullptr;
  std::size_t step_ = 0;            // bounds
  std::vector<std::int64_t> cuts_;  // of row i from i * step_ on
};

}  // namespace reprise
