// The arrays that a user passes as samples and targets.
#pragma once

#include <cstddef>
#include <variant>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"

namespace reprise {

// Samples, one a row: binary sparse rows, or dense rows of either type.
using InputArray = std::variant<CsrView, MatrixView<const float>, MatrixView<const double>>;
// Targets, one a row: a column for each unit of the last layer, or for sparse losses one class
// index.
using TargetArray = std::variant<MatrixView<const float>, MatrixView<const double>>;

// Rows [first, last), as array[first:last] in NumPy.
template <class Array>
Array slice_rows(const Array& array, std::size_t first, std::size_t last) {
  return std::visit([&](const auto& view) { return Array(view.slice(first, last)); }, array);
}

}  // namespace reprise
