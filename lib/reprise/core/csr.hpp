// Binary sparse matrices in compressed sparse row (CSR) form: every stored element is 1, so only
// its column is kept. About 1 % of the book's multi-hot vectors are ones. They stay sparse: 25,000
// x 10,000 takes 20 MB here and 2 GB as float64.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "reprise/core/csr_lanes.hpp"
#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/slice.hpp"

namespace reprise {

// Row i has ones in columns col_idx[row_ptr[i]] to col_idx[row_ptr[i + 1] - 1], which ascend and
// are distinct.
struct CsrView {
  const std::int64_t* row_ptr = nullptr;  // rows + 1 offsets into col_idx; the first may be > 0
  const std::int32_t* col_idx = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;
  CsrLanes lanes = {};  // the same elements in the order in which kernels add them, or none

  std::span<const std::int32_t> row(std::size_t i) const {
    assert(i < rows);
    return {col_idx + row_ptr[i], static_cast<std::size_t>(row_ptr[i + 1] - row_ptr[i])};
  }
  // Rows [first, last), as x[first:last] in NumPy. Throws Error if the matrix has no such rows.
  CsrView slice(std::size_t first, std::size_t last) const {
    require_rows(first, last, rows);
    return {row_ptr + first, col_idx, last - first, cols, lanes.from_row(first)};
  }
};

class Csr {
 public:
  explicit Csr(std::size_t cols = 0) : cols_(cols), lanes_(cols) {}
  // The arrays of a CsrView; `row_ptr` starts with 0.
  Csr(std::size_t cols, std::vector<std::int64_t> row_ptr, HugePageVector<std::int32_t> col_idx)
      : cols_(cols), row_ptr_(std::move(row_ptr)), col_idx_(std::move(col_idx)), lanes_(cols) {
    assert(!row_ptr_.empty() && row_ptr_.back() == static_cast<std::int64_t>(col_idx_.size()));
    lanes_.reserve(rows(), col_idx_.size());
    update_lanes();
  }

  // Appends a row. `columns` must ascend, be distinct and be less than cols().
  void push_row(std::span<const std::int32_t> columns) {
    col_idx_.insert(col_idx_.end(), columns.begin(), columns.end());
    row_ptr_.push_back(static_cast<std::int64_t>(col_idx_.size()));
    update_lanes();
  }
  // Appends all rows of a matrix that has the same number of columns.
  void append(const Csr& other) {
    assert(other.cols_ == cols_);
    const std::int64_t before = row_ptr_.back();
    for (std::size_t i = 1; i < other.row_ptr_.size(); ++i) {
      row_ptr_.push_back(before + other.row_ptr_[i]);
    }
    col_idx_.insert(col_idx_.end(), other.col_idx_.begin(), other.col_idx_.end());
    update_lanes();
  }
  std::size_t rows() const { return row_ptr_.size() - 1; }
  std::size_t cols() const { return cols_; }
  CsrView view() const { return {row_ptr_.data(), col_idx_.data(), rows(), cols_, lanes_.view()}; }
  operator CsrView() const { return view(); }
  CsrView slice(std::size_t first, std::size_t last) const { return view().slice(first, last); }

 private:
  void update_lanes() {
    for (std::size_t i = lanes_.rows(); i < rows(); ++i) {
      lanes_.push_row(
          {col_idx_.data() + row_ptr_[i], static_cast<std::size_t>(row_ptr_[i + 1] - row_ptr_[i])});
    }
  }

  std::size_t cols_;
  std::vector<std::int64_t> row_ptr_{0};
  HugePageVector<std::int32_t> col_idx_;
  LaneLists lanes_;
};

}  // namespace reprise
