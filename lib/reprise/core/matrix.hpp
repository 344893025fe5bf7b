// Dense row-major matrices: a non-owning view, and a matrix that owns its values.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>
#include <type_traits>
#include <variant>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/slice.hpp"

namespace reprise {

// rows x cols values at `data`, row-major and contiguous. T may be const.
template <class T>
struct MatrixView {
  T* data = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;

  T& operator()(std::size_t i, std::size_t j) const {
    assert(i < rows && j < cols);
    return data[i * cols + j];
  }
  std::span<T> row(std::size_t i) const {
    assert(i < rows);
    return {data + i * cols, cols};
  }
  std::span<T> flat() const { return {data, rows * cols}; }
  // Rows [first, last), as x[first:last] in NumPy. Throws Error if the matrix has no such rows.
  MatrixView slice(std::size_t first, std::size_t last) const {
    require_rows(first, last, rows);
    return {data + first * cols, last - first, cols};
  }
  operator MatrixView<const T>() const requires(!std::is_const_v<T>) { return {data, rows, cols}; }
};

template <class T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t cols)
      : rows_(rows), cols_(cols), values_(rows * cols, T{}) {}

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }
  MatrixView<T> view() { return {values_.data(), rows_, cols_}; }
  MatrixView<const T> view() const { return {values_.data(), rows_, cols_}; }
  operator MatrixView<const T>() const { return view(); }
  // Rows [first, last), as x[first:last] in NumPy. Throws Error if the matrix has no such rows.
  MatrixView<const T> slice(std::size_t first, std::size_t last) const {
    return view().slice(first, last);
  }
  T& operator()(std::size_t i, std::size_t j) { return view()(i, j); }
  const T& operator()(std::size_t i, std::size_t j) const { return view()(i, j); }
  // Changes the number of rows and never frees memory: the last batch of an epoch may be shorter.
  void resize_rows(std::size_t rows) {
    rows_ = rows;
    if (rows * cols_ > values_.size()) values_.resize(rows * cols_, T{});
  }

 private:
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  HugePageVector<T> values_;
};

// The size of the matrix that a variant of views holds.
template <class... Views>
std::size_t rows_of(const std::variant<Views...>& matrix) {
  return std::visit([](const auto& view) { return view.rows; }, matrix);
}
template <class... Views>
std::size_t cols_of(const std::variant<Views...>& matrix) {
  return std::visit([](const auto& view) { return view.cols; }, matrix);
}

// A copy of the matrix with every value converted to To.
template <class To, class From>
Matrix<To> converted(MatrixView<const From> values) {
  Matrix<To> out(values.rows, values.cols);
  std::ranges::transform(values.flat(), out.view().flat().begin(),
                         [](From value) { return static_cast<To>(value); });
  return out;
}

}  // namespace reprise
