// A sparse batch turned round: which of its rows hold a one, column by column.
#pragma once

#include <cstdint>
#include <vector>

#include "reprise/kernels/backend.hpp"

namespace reprise {

class ColumnLists {
 public:
  // Positions in the batch, ascending in each column.
  void turn(const CsrBatch& batch);

  const std::int64_t* starts() const { return starts_.data(); }  // columns + 1 of them
  const std::int32_t* rows() const { return rows_.data(); }

 private:
  std::vector<std::int64_t> starts_;
  std::vector<std::int32_t> rows_;
};

}  // namespace reprise
