// A safe interpreter for the pickles in NumPy's object arrays of lists of integers.
//
// Unpickling in Python can run arbitrary code; this interpreter cannot. It accepts only the opcodes
// that NumPy writes for such arrays in protocols 2 to 5 and three globals (numpy.ndarray,
// numpy.dtype, numpy.core.multiarray._reconstruct, also spelled numpy._core); every other opcode or
// global is an error. Format: CPython Lib/pickletools.py; structure of the object: numpy
// ndarray.__reduce__.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"

namespace reprise {

// Sequences of different lengths: number i is values[offsets[i]] .. values[offsets[i + 1] - 1].
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

// Unpickles a one-dimensional object array of `expected` lists of 32-bit integers. Throws Error
// that starts with `name` (file and member).
Sequences unpickle_lists(std::span<const std::byte> pickle, std::size_t expected,
                         const std::string& name);

}  // namespace reprise
