// Reads arrays from NumPy's .npz files: integers, floats, and the lists of integers of the text
// data sets. Format: a zip of .npy members, numpy.lib.format versions 1 to 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/data/sequences.hpp"

namespace reprise {

// A row-major array of numbers. An array of shape () holds a single number.
template <class T>
struct NdArray {
  std::vector<std::size_t> shape;
  HugePageVector<T> values;  // their number is the product of the shape
};

// An array of numbers with the type of the file: '<f4', '<f8', '|u1', '<i4' or '<i8'.
struct NpyArray {
  std::string name;  // file and member, for error messages
  std::vector<std::size_t> shape;
  std::string descr;
  std::vector<std::byte> bytes;  // row-major, little-endian; the size follows from shape and descr

  // All values as double; int64 values beyond 2^53 are rounded.
  std::vector<double> as_doubles() const;
  std::size_t item_bytes() const;  // of one value
};

class Npz {
 public:
  explicit Npz(std::filesystem::path file) : file_(std::move(file)) {}

  // All functions throw Error if the file or the array is missing, damaged or of another type.

  // The names of the arrays in the order of the file, without ".npy". Other members are left out.
  std::vector<std::string> names() const;
  bool has(std::string_view array) const;

  // A one-dimensional array of int64 ('<i8').
  std::vector<std::int64_t> integers(const std::string& array) const;
  // An array of float64 ('<f8') with `expected_rank` axes.
  NdArray<double> doubles(const std::string& array, std::size_t expected_rank) const;
  // An array of float32 ('<f4') with `expected_rank` axes.
  NdArray<float> floats(const std::string& array, std::size_t expected_rank) const;
  // An array of uint8 ('|u1') with `expected_rank` axes.
  NdArray<std::uint8_t> bytes(const std::string& array, std::size_t expected_rank) const;
  // An array of any shape with one of the types of NpyArray.
  NpyArray array(const std::string& array) const;
  // A one-dimensional object array ('|O') of lists of integers, or the arrays X_values and
  // X_offsets that lists_to_plain_npz (convert.hpp) made from it.
  Sequences lists(const std::string& array) const;
  // Whether the dtype of `array` is object.
  bool is_object_array(const std::string& array) const;

 private:
  Sequences plain_lists(const std::string& array) const;

  std::filesystem::path file_;
};

}  // namespace reprise
