// A sparse batch in compressed sparse row (CSR) form, cut into ranges of columns: the lists of all
// rows in range 0, one after another, then those in range 1, and so on. Shuffled samples are
// scattered over megabytes; kernels that take the rows of a batch several times read them here.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reprise/core/csr.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

// The number of nonzeros in each column.
std::vector<std::size_t> nonzeros_per_column(const CsrView& matrix);

class CsrRanges {
 public:
  // Copies the batch whose row i is row rows[i] of `matrix`. Range r has the columns [bounds[r],
  // bounds[r + 1]). `bounds` ascends from 0 to the number of columns.
  void build(Team& team, const CsrView& matrix, std::span<const std::int32_t> rows,
             std::span<const std::size_t> bounds);

  std::size_t rows() const { return rows_; }
  std::size_t bound(std::size_t range) const { return bounds_[range]; }
  CsrSlice range(std::size_t r) const { return {col_idx_.data(), row_ptr_.data() + r * rows_}; }

 private:
  std::size_t rows_ = 0;
  std::vector<std::size_t> bounds_;
  std::vector<std::int64_t> row_ptr_;  // of row i in range r: r * rows_ + i
  std::vector<std::int32_t> col_idx_;
  std::vector<std::uint32_t> below_;  // per row and range: the row's elements below the range's end
};

}  // namespace reprise
