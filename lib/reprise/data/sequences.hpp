// Lists of integers of different lengths: reviews and newswires as word indices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"

namespace reprise {

// Number i is values[offsets[i]] .. values[offsets[i + 1] - 1].
struct Sequences {
  std::vector<std::int64_t> offsets{0};
  HugePageVector<std::int32_t> values;

  std::size_t size() const { return offsets.size() - 1; }
  std::span<const std::int32_t> operator[](std::size_t i) const {
    return {values.data() + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i])};
  }
  void push_back(std::span<const std::int32_t> sequence) {
    values.insert(values.end(), sequence.begin(), sequence.end());
    offsets.push_back(static_cast<std::int64_t>(values.size()));
  }
};

}  // namespace reprise
