// A sparse batch turned round: which of its rows hold a one, column by column.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise {

class ColumnLists {
 public:
  // Of columns [first, last). Row i of the batch is list rows[i], or list i where `rows` is empty,
  // for i below n; all of its ones are of these columns.
  void turn(const Lists& lists, std::span<const std::int32_t> rows, std::size_t n,
            std::size_t first, std::size_t last);

  // List c: positions in the batch that hold a one in column first + c, ascending.
  Lists lists() const { return {rows_.data(), starts_.data(), starts_.data() + 1}; }

 private:
  std::vector<std::int64_t> starts_;
  std::vector<std::int32_t> rows_;
};

}  // namespace reprise
