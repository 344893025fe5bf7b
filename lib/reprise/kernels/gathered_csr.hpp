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

  // Makes this the transpose of a, which has `columns` columns.
  void transpose(const GatheredCsr& a, std::size_t columns) {
    row_ptr_.assign(columns + 1, 0);
    for (const int column : a.col_idx_) ++row_ptr_[static_cast<std::size_t>(column) + 1];
    for (std::size_t j = 0; j < columns; ++j) row_ptr_[j + 1] += row_ptr_[j];
    col_idx_.resize(a.col_idx_.size());
    next_.assign(row_ptr_.begin(), row_ptr_.end());
    for (int i = 0; i < a.rows(); ++i) {
      for (int e = a.row_ptr_[static_cast<std::size_t>(i)];
           e < a.row_ptr_[static_cast<std::size_t>(i) + 1]; ++e) {
        const auto column = static_cast<std::size_t>(a.col_idx_[static_cast<std::size_t>(e)]);
        col_idx_[static_cast<std::size_t>(next_[column]++)] = i;
      }
    }
    if (ones_.size() < col_idx_.size()) ones_.resize(col_idx_.size(), T(1));
  }

  // Appends elements to which no row pointer leads, until there are `elements` of them.
  void pad(std::size_t elements) {
    col_idx_.resize(elements, 0);
    if (ones_.size() < elements) ones_.resize(elements, T(1));
  }

  int rows() const { return static_cast<int>(row_ptr_.size()) - 1; }
  const std::vector<int>& row_ptr() const { return row_ptr_; }
  const std::vector<int>& col_idx() const { return col_idx_; }
  const std::vector<T>& ones() const { return ones_; }

 private:
  std::vector<int> row_ptr_{0}, col_idx_, next_;
  std::vector<T> ones_;
};

}  // namespace reprise
