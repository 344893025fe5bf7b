// Arrays from NumPy's .npz files: integers, floats, and the lists of integers of the text data
// sets. Format: numpy.lib.format (versions 1 to 3), a zip of .npy members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/data/pickle.hpp"

namespace reprise {

// An array of numbers, row-major; shape () is a single number.
template <class T>
struct NdArray {
  std::vector<std::size_t> shape;
  HugePageVector<T> values;  // as many as the product of the shape
};

// An array of numbers whose type the file decides: '<f4', '<f8', '|u1', '<i4' or '<i8'.
struct NpyArray {
  std::string name;  // file and member, for messages
  std::vector<std::size_t> shape;
  std::string descr;
  std::vector<std::byte> bytes;  // row-major, little-endian, as many as shape and descr say

  // All values as double; int64 beyond 2^53 is rounded.
  std::vector<double> as_doubles() const;
};

class Npz {
 public:
  explicit Npz(std::filesystem::path file) : file_(std::move(file)) {}

  // The arrays in the order of the file, without ".npy"; members of other names are left out.
  // Throws Error that names the file and what was found and expected, as do the others (and the
  // member).
  std::vector<std::string> names() const;
  bool has(std::string_view array) const;

  // A one-dimensional array of int64 ('<i8').
  std::vector<std::int64_t> integers(const std::string& array) const;
  // An array of float64 ('<f8') with that many axes.
  NdArray<double> doubles(const std::string& array, std::size_t expected_rank) const;
  // An array of bytes ('|u1') with that many axes.
  NdArray<std::uint8_t> bytes(const std::string& array, std::size_t expected_rank) const;
  // An array of any shape and of one of the types of NpyArray.
  NpyArray array(const std::string& array) const;
  // A one-dimensional object array ('|O') of lists of integers, or what lists_to_plain_npz made of
  // it (convert.hpp): the arrays X_values and X_offsets.
  Sequences lists(const std::string& array) const;
  // Whether `array` is an object array.
  bool is_object_array(const std::string& array) const;

 private:
  Sequences plain_lists(const std::string& array) const;

  std::filesystem::path file_;
};

}  // namespace reprise
