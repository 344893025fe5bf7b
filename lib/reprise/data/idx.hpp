// The idx format in which MNIST was published (yann.lecun.com/exdb/mnist), for arrays of bytes.
#pragma once

#include <filesystem>
#include <string>

#include "reprise/data/npz.hpp"

namespace reprise {

// Reads FILE, or FILE.gz if FILE does not exist. The format is: the bytes 0, 0, 8 (the type code of
// unsigned bytes) and the number of axes; the length of each axis as a 4-byte big-endian number;
// the values. Throws Error: exit code 3 if neither file exists, 2 if the file is damaged, is
// not a regular file, does not have `expected_rank` axes, or has more than 64 MiB.
NdArray<std::uint8_t> read_idx(const std::filesystem::path& file, std::size_t expected_rank);

// The header of an idx file for an array of this shape.
std::string idx_header(const std::vector<std::size_t>& shape);

}  // namespace reprise
