// The files in which MNIST was published (yann.lecun.com/exdb/mnist): big-endian, bytes only.
#pragma once

#include <filesystem>
#include <string>

#include "reprise/data/npz.hpp"

namespace reprise {

// Reads FILE, or FILE.gz where that is not there: 0, 0, 8 (bytes), the number of axes, the length
// of each in 4 bytes, the values. Throws Error (exit code 3 if neither is there, 2 if it is damaged
// or has not `expected_rank` axes).
NdArray<std::uint8_t> read_idx(const std::filesystem::path& file, std::size_t expected_rank);

// The head of such a file for an array of that shape.
std::string idx_header(const std::vector<std::size_t>& shape);

}  // namespace reprise
