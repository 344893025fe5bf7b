// Binary sparse rows: which columns of a row hold a one. The book's multi-hot vectors are 1 % ones;
// they are kept this way and never made dense (25,000 x 10,000 takes 13 MB here, 2 GB as float64).
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/slice.hpp"

namespace reprise {

// Row i holds ones in columns[starts[i]] .. columns[starts[i + 1] - 1], ascending and distinct.
struct CsrView {
  const std::int64_t* starts = nullptr;  // rows + 1 offsets into `columns`; the first may be > 0
  const std::int32_t* columns = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;
  // The same columns in 16 bits, or null: half the memory to read (openmp/isa/lists.hpp).
  const std::uint16_t* narrow = nullptr;

  std::span<const std::int32_t> row(std::size_t i) const {
    assert(i < rows);
    return {columns + starts[i], static_cast<std::size_t>(starts[i + 1] - starts[i])};
  }
  // Rows [first, last), as x[first:last] in NumPy; throws Error unless they are there.
  CsrView slice(std::size_t first, std::size_t last) const {
    require_rows(first, last, rows);
    return {starts + first, columns, last - first, cols, narrow};
  }
};

class Csr {
 public:
  explicit Csr(std::size_t cols = 0) : cols_(cols) {}
  // Rows as a CsrView has them; `starts` begins with 0.
  Csr(std::size_t cols, std::vector<std::int64_t> starts, HugePageVector<std::int32_t> columns)
      : cols_(cols), starts_(std::move(starts)), columns_(std::move(columns)) {
    assert(!starts_.empty() && starts_.back() == static_cast<std::int64_t>(columns_.size()));
    narrow_all();
  }

  // Adds a row. `columns` must be ascending, distinct and below cols().
  void push_row(std::span<const std::int32_t> columns) {
    columns_.insert(columns_.end(), columns.begin(), columns.end());
    starts_.push_back(static_cast<std::int64_t>(columns_.size()));
    narrow_all();
  }
  // Adds all rows of another with as many columns.
  void append(const Csr& other) {
    assert(other.cols_ == cols_);
    const std::int64_t before = starts_.back();
    for (std::size_t i = 1; i < other.starts_.size(); ++i) {
      starts_.push_back(before + other.starts_[i]);
    }
    columns_.insert(columns_.end(), other.columns_.begin(), other.columns_.end());
    narrow_all();
  }
  std::size_t rows() const { return starts_.size() - 1; }
  std::size_t cols() const { return cols_; }
  CsrView view() const {
    return {starts_.data(), columns_.data(), rows(), cols_,
            narrow_.empty() ? nullptr : narrow_.data()};
  }
  operator CsrView() const { return view(); }
  CsrView slice(std::size_t first, std::size_t last) const { return view().slice(first, last); }

 private:
  // Brings narrow_ up to columns_, where 16 bits hold every column.
  void narrow_all() {
    if (cols_ > std::numeric_limits<std::uint16_t>::max() + std::size_t{1}) return;
    const std::size_t before = narrow_.size();
    narrow_.resize(columns_.size());
    for (std::size_t k = before; k < columns_.size(); ++k) {
      narrow_[k] = static_cast<std::uint16_t>(columns_[k]);
    }
  }

  std::size_t cols_;
  std::vector<std::int64_t> starts_{0};
  HugePageVector<std::int32_t> columns_;
  HugePageVector<std::uint16_t> narrow_;
};

}  // namespace reprise
