// The rows of a sparse batch as a CSR matrix of its own, with 32-bit offsets and a value for each
// element, which is what libraries take.
#pragma once

#include <limits>
#include <vector>

#include "reprise/core/error.hpp"
#include "reprise/kernels/backend.hpp"

namespace reprise {

template <class T>
class GatheredCsr {
 public:
  // Throws Error (exit code 2) if a 32-bit offset cannot count the elements.
  void gather(const CsrBatch& x) {
    row_ptr_.assign(1, 0);
    col_idx_.clear();
    col_idx_.reserve(1);  // MKL refuses null pointers, also for a matrix without elements
    ones_.reserve(1);
    for (const std::int32_t row : x.rows) {
      const auto columns = x.matrix.row(static_cast<std::size_t>(row));
      col_idx_.insert(col_idx_.end(), columns.begin(), columns.end());
      if (col_idx_.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw Error("sparse batch: found more than 2147483647 elements, expected fewer");
      }
      row_ptr_.push_back(static_cast<int>(col_idx_.size()));
    }
    if (ones_.size() < col_idx_.size()) ones_.resize(col_idx_.size(), T(1));
  }

  int rows() const { return static_cast<int>(row_ptr_.size()) - 1; }
  const std::vector<int>& row_ptr() const { return row_ptr_; }
  const std::vector<int>& col_idx() const { return col_idx_; }
  const std::vector<T>& ones() const { return ones_; }

 private:
  std::vector<int> row_ptr_{0}, col_idx_;
  std::vector<T> ones_;
};

}  // namespace reprise
