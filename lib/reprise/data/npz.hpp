// Arrays from NumPy's .npz files: integers, floats, and the lists of integers of the text data
// sets. Format: numpy.lib.format (versions 1 to 3), a zip of .npy members.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "reprise/data/pickle.hpp"

namespace reprise {

class Npz {
 public:
  explicit Npz(std::filesystem::path file) : file_(std::move(file)) {}

  // A one-dimensional array of int64 ('<i8'). Throws Error that names file, member, what was found
  // and what was expected, as do the others.
  std::vector<std::int64_t> integers(const std::string& array) const;
  // A one-dimensional object array ('|O') of lists of integers.
  Sequences lists(const std::string& array) const;

 private:
  std::filesystem::path file_;
};

}  // namespace reprise
