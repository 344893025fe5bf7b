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

#include "reprise/data/sequences.hpp"

namespace reprise {

// Unpickles a one-dimensional object array of `expected` lists of 32-bit integers. Throws Error
// that starts with `name` (file and member).
Sequences unpickle_lists(std::span<const std::byte> pickle, std::size_t expected,
                         const std::string& name);

}  // namespace reprise
