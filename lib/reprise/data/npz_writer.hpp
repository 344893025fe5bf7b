// Writes a .npz file for numpy.load, with the arrays in the order in which they were added. Format:
// a zip of .npy members, numpy.lib.format version 1 (little-endian, row-major).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "reprise/data/npz.hpp"
#include "reprise/data/zip.hpp"

namespace reprise {

class NpzWriter {
 public:
  // The arrays are kept in memory; the file is written by finish().
  explicit NpzWriter(std::filesystem::path file) : file_(std::move(file)) {}

  // Adds the row-major array `values` as the member `name`.npy. A name may contain '/'
  // ("dense/kernel"); shape () is a single number. Throws Error if the name is empty or was already
  // added, or if the number of values does not match the shape.
  void add(const std::string& name, std::span<const float> values,
           const std::vector<std::size_t>& shape);
  void add(const std::string& name, std::span<const double> values,
           const std::vector<std::size_t>& shape);
  void add(const std::string& name, std::span<const std::uint8_t> values,
           const std::vector<std::size_t>& shape);
  void add(const std::string& name, std::span<const std::int32_t> values,
           const std::vector<std::size_t>& shape);
  void add(const std::string& name, std::span<const std::int64_t> values,
           const std::vector<std::size_t>& shape);
  // Adds an array of another file with its type and shape.
  void add(const std::string& name, const NpyArray& array);

  // Writes the file completely or not at all. Throws Error (exit code 2).
  void finish();

 private:
  void add(const std::string& name, std::string_view descr, std::span<const std::byte> values,
           std::size_t item_bytes, const std::vector<std::size_t>& shape);

  std::filesystem::path file_;
  std::vector<ZipMember> members_;
};

}  // namespace reprise
