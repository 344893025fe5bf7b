// Binary sparse rows: which columns of a row hold a one. The book's multi-hot vectors are 1 % ones;
// they are kept this way and never made dense (25,000 x 10,000 takes 13 MB here, 2 GB as float64).
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "reprise/core/bulk.hpp"
#include "reprise/core/slice.hpp"

namespace reprise {

// Row i holds ones in columns[starts[i]] .. columns[starts[i + 1] - 1], ascending and distinct.
struct CsrView {
  const std::int64_t* starts = nullptr;  // rows + 1 offsets into `columns`; the first may be > 0
  const std::int32_t* columns = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;

  std::span<const std::int32_t> row(std::size_t i) const {
    assert(i < rows);
    return {columns + starts[i], static_cast<std::size_t>(starts[i + 1] - starts[i])};
  }
  // Rows [first, last), as x[first:last] in NumPy; throws Error unless they are there.
  CsrView slice(std::size_t first, std::size_t last) const {
    require_rows(first, last, rows);
    return {starts + first, columns, last - first, cols};
  }
};

class Csr {
 public:
  explicit Csr(std::size_t cols = 0) : cols_(cols) {}
  // Rows as a CsrView has them; `starts` begins with 0.
  Csr(std::size_t cols, std::vector<std::int64_t> starts, BulkVector<std::int32_t> columns)
      : cols_(cols), starts_(std::move(starts)), columns_(std::move(columns)) {
    assert(!starts_.empty() && starts_.back() == static_cast<std::int64_t>(columns_.size()));
  }

  // Adds a row. `columns` must be ascending, distinct and below cols().
  void push_row(std::span<const std::int32_t> columns) {
    columns_.insert(columns_.end(), columns.begin(), columns.end());
    starts_.push_back(static_cast<std::int64_t>(columns_.size()));
  }
  // Adds all rows of another with as many columns.
  void append(const Csr& other) {
    assert(other.cols_ == cols_);
    const std::int64_t before = starts_.back();
    for (std::size_t i = 1; i < other.starts_.size(); ++i) {
      starts_.push_back(before + other.starts_[i]);
    }
    columns_.insert(columns_.end(), other.columns_.begin(), other.columns_.end());
  }
  std::size_t rows() const { return starts_.size() - 1; }
  std::size_t cols() const { return cols_; }
  CsrView view() const { return {starts_.data(), columns_.data(), rows(), cols_}; }
  operator CsrView() const { return view(); }
  CsrView slice(std::size_t first, std::size_t last) const { return view().slice(first, last); }

 private:
  std::size_t cols_;
  std::vector<std::int64_t> starts_{0};
  BulkVector<std::int32_t> columns_;
};

}  // namespace reprise
