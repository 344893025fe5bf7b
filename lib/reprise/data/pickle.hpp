// An interpreter for the pickles inside NumPy's object arrays: lists of integers and nothing else.
//
// Unpickling in Python runs code; this does not. It knows the opcodes that NumPy writes for such
// arrays in protocols 2 to 5, three globals (numpy.ndarray, numpy.dtype,
// numpy.core.multiarray._reconstruct, also spelled numpy._core) and refuses every other global by
// name and every other opcode by number. Format: CPython Lib/pickletools.py; shape of the object:
// numpy ndarray.__reduce__.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
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

// The one-dimensional object array that `pickle` holds: `expected` lists of integers that fit 32
// bits. Throws Error whose line starts with `name` (file and member).
Sequences unpickle_lists(std::span<const std::byte> pickle, std::size_t expected,
                         const std::string& name);

}  // namespace reprise
