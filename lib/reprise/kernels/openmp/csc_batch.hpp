// A sparse batch in compressed sparse column (CSC) form: per column, the rows of its nonzeros.
#pragma once

#include <cstdint>
#include <vector>

#include "reprise/kernels/openmp/csr_ranges.hpp"

namespace reprise {

class CscBatch {
 public:
  // Transposes the columns of ranges [first_range, last_range) of the batch.
  void transpose(const CsrRanges& batch, std::size_t first_range, std::size_t last_range);

  // The transpose as rows: row c has the ascending batch rows of the nonzeros in column first + c,
  // where `first` is the first column of the ranges.
  CsrSlice transposed() const { return {row_idx_.data(), col_ptr_.data()}; }

 private:
  std::vector<std::int64_t> col_ptr_;
  std::vector<std::int32_t> row_idx_;
};

}  // namespace reprise
