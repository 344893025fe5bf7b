// Writes arrays into a .npz file that numpy.load reads, in the order in which they were added.
// Format: numpy.lib.format version 1 (little-endian, row-major), a zip of .npy members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "reprise/data/zip.hpp"

namespace reprise {

class NpzWriter {
 public:
  // Nothing is written before finish(): the arrays are kept in memory.
  explicit NpzWriter(std::filesystem::path file) : file_(std::move(file)) {}

  // Adds `values`, row-major, as the member `name`.npy; a name may hold '/' ("dense/kernel"), shape
  // () is a single number. Throws Error if the name is empty or was added before, or if there are
  // not as many values as the shape says.
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

  // Writes the file, whole or not at all. Throws Error (exit code 2) naming the file.
  void finish();

 private:
  void add(const std::string& name, std::string_view descr, std::span<const std::byte> values,
           std::size_t item_bytes, const std::vector<std::size_t>& shape);

  std::filesystem::path file_;
  std::vector<ZipMember> members_;
};

}  // namespace reprise
