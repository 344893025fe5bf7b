#include "reprise/data/npz_writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"

namespace reprise {

namespace {

// "\x93NUMPY", version 1.0, the length of the rest in 2 bytes, and a Python dict. Like NumPy it
// pads the dict with spaces, so that the values start at a multiple of 64 bytes.
std::string npy_header(std::string_view descr, const std::vector<std::size_t>& shape) {
  std::string dict = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                 descr, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  constexpr std::size_t kBefore = 10;
  while ((kBefore + dict.size() + 1) % 64 != 0) dict += ' ';
  dict += '\n';
  std::string header("\x93NUMPY\1\0", 8);
  header += static_cast<char>(dict.size() & 0xff);
  header += static_cast<char>(dict.size() >> 8);
  return header + dict;
}

}  // namespace

void NpzWriter::add(const std::string& name, std::string_view descr,
                    std::span<const std::byte> values, std::size_t item_bytes,
                    const std::vector<std::size_t>& shape) {
  const auto fail = [&](const std::string& what) {
    throw Error(
        fmt::format("{}: array '{}': {}", printable(file_.string()), printable(name), what));
  };
  constexpr std::size_t kMaxAxes =
      64;  // the limit of NumPy; the header length must fit into 16 bits
  if (name.empty() || name.find('\0') != std::string::npos) fail("expected a non-empty name");
  if (shape.size() > kMaxAxes)
    fail(fmt::format("found {} axes, expected at most 64", shape.size()));
  std::size_t expected = item_bytes;
  bool overflow = false;
  for (const std::size_t axis : shape) {
    overflow |= __builtin_mul_overflow(expected, axis, &expected);
  }
  if (overflow || values.size() != expected) {
    fail(fmt::format("found {} values, expected shape ({})", values.size() / item_bytes,
                     fmt::join(shape, ", ")));
  }
  ZipMember member{name + ".npy", {}, descr[1] != 'f'};  // weights hardly compress
  if (std::ranges::count(members_, member.name, &ZipMember::name) > 0) fail("was already added");
  const std::string header = npy_header(descr, shape);
  const auto head = std::as_bytes(std::span(header));
  member.bytes.reserve(head.size() + values.size());
  member.bytes.assign(head.begin(), head.end());
  member.bytes.insert(member.bytes.end(), values.begin(), values.end());
  members_.push_back(std::move(member));
}

void NpzWriter::add(const std::string& name, std::span<const float> values,
                    const std::vector<std::size_t>& shape) {
  add(name, "<f4", std::as_bytes(values), sizeof(float), shape);
}
void NpzWriter::add(const std::string& name, std::span<const double> values,
                    const std::vector<std::size_t>& shape) {
  add(name, "<f8", std::as_bytes(values), sizeof(double), shape);
}
void NpzWriter::add(const std::string& name, std::span<const std::uint8_t> values,
                    const std::vector<std::size_t>& shape) {
  add(name, "|u1", std::as_bytes(values), sizeof(std::uint8_t), shape);
}
void NpzWriter::add(const std::string& name, std::span<const std::int32_t> values,
                    const std::vector<std::size_t>& shape) {
  add(name, "<i4", std::as_bytes(values), sizeof(std::int32_t), shape);
}
void NpzWriter::add(const std::string& name, std::span<const std::int64_t> values,
                    const std::vector<std::size_t>& shape) {
  add(name, "<i8", std::as_bytes(values), sizeof(std::int64_t), shape);
}

void NpzWriter::add(const std::string& name, const NpyArray& array) {
  add(name, array.descr, array.bytes, array.item_bytes(), array.shape);
}

void NpzWriter::finish() {
  AtomicFile file(file_);
  const auto archive = zip_archive(members_, file_.string());
  file.stream().write(reinterpret_cast<const char*>(archive.data()),
                      static_cast<std::streamsize>(archive.size()));
  file.commit();
}

}  // namespace reprise
