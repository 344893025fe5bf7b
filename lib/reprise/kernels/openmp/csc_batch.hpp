// A sparse batch turned round: which of its rows hold something, column by column.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

template <class T>
class CscBatch {
 public:
  // Of columns [first, last). Row i of the batch, i below n, is list rows[i], or list i where
  // `rows` is empty; all that is in it belongs to these columns. `values` may be null.
  void turn(const Lists& lists, const T* values, std::span<const std::int32_t> rows, std::size_t n,
            std::size_t first, std::size_t last);

  // List c: positions in the batch of those with something in column first + c, ascending.
  Lists lists() const { return {rows_.data(), starts_.data(), starts_.data() + 1}; }
  // What stands there, or null.
  const T* values() const { return values_.empty() ? nullptr : values_.data(); }

 private:
  std::vector<std::int64_t> starts_;
  std::vector<std::int32_t> rows_;
  std::vector<T> values_;
};

}  // namespace reprise
