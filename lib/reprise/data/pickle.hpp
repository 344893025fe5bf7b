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

#include "reprise/data/sequences.hpp"

namespace reprise {

// The one-dimensional object array that `pickle` holds: `expected` lists of integers that fit 32
// bits. Throws Error whose line starts with `name` (file and member).
Sequences unpickle_lists(std::span<const std::byte> pickle, std::size_t expected,
                         const std::string& name);

}  // namespace reprise
