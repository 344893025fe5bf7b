// Lists of integers of different lengths: reviews and newswires as word indices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"

namespace reprise {

// Ragged rows: row i is values[starts[i]] .. values[starts[i + 1] - 1].
struct Sequences {
  std::vector<std::int64_t> starts{0};
  HugePageVector<std::int32_t> values;

  std::size_t size() const { return starts.size() - 1; }
  std::span<const std::int32_t> operator[](std::size_t i) const {
    return {values.data() + starts[i], static_cast<std::size_t>(starts[i + 1] - starts[i])};
  }
  void push_back(std::span<const std::int32_t> row) {
    values.insert(values.end(), row.begin(), row.end());
    starts.push_back(static_cast<std::int64_t>(values.size()));
  }
};

}  // namespace reprise
