// What a user passes as samples and targets.
#pragma once

#include <cstddef>
#include <variant>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"

namespace reprise {

// Samples as rows: binary sparse rows, or dense rows in either type.
using InputArray = std::variant<CsrView, MatrixView<const float>, MatrixView<const double>>;
// Targets as rows: one column a unit of the last layer, or one class number for sparse losses.
using TargetArray = std::variant<MatrixView<const float>, MatrixView<const double>>;

// Rows [first, last), as array[first:last] in NumPy.
template <class Array>
Array slice_rows(const Array& array, std::size_t first, std::size_t last) {
  return std::visit([&](const auto& view) { return Array(view.slice(first, last)); }, array);
}

}  // namespace reprise
