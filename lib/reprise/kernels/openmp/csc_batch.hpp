// A sparse batch in compressed sparse column (CSC) form: per column, the rows of its nonzeros.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

class CscBatch {
 public:
  // Transposes columns [first, last) of a batch of n rows. Row i of the batch is row rows[i] of
  // `matrix`, or row i if `rows` is empty, and has no nonzeros in other columns.
  void transpose(const CsrSlice& matrix, std::span<const std::int32_t> rows, std::size_t n,
                 std::size_t first, std::size_t last);

  // The transpose as rows: row c has the ascending batch rows of the nonzeros in column first + c.
  CsrSlice transposed() const { return {row_idx_.data(), col_ptr_.data(), col_ptr_.data() + 1}; }

 private:
  std::vector<std::int64_t> col_ptr_;
  std::vector<std::int32_t> row_idx_;
};

}  // namespace reprise
