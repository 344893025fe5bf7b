#include "reprise/data/npz.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <regex>
#include <span>
#include <string_view>

#include "reprise/core/error.hpp"
#include "reprise/data/zip.hpp"

namespace reprise {

namespace {

// A .npy file taken apart.
struct Npy {
  std::string name;  // file and member, for messages
  std::vector<std::byte> bytes;
  std::string descr;               // '<i8', '|O', ...
  std::vector<std::size_t> shape;  // row-major: fortran_order is refused
  std::span<const std::byte> payload;
};

std::vector<std::size_t> parse_shape(const std::string& text) {
  std::vector<std::size_t> shape;
  static const std::regex number("[0-9]{1,15}");
  for (std::sregex_iterator it(text.begin(), text.end(), number), end; it != end; ++it) {
    shape.push_back(std::stoull(it->str()));
  }
  return shape;
}

// "\x93NUMPY", major, minor, header length (2 bytes in version 1, else 4), then a Python dict.
void parse_header(Npy& npy) {
  const std::string_view all(reinterpret_cast<const char*>(npy.bytes.data()), npy.bytes.size());
  const auto fail = [&](std::string_view what) {
    throw Error(fmt::format("{}: {}", npy.name, what));
  };
  if (all.size() < 12 || !all.starts_with("\x93NUMPY")) fail("expected a .npy array, found none");
  const int major = all[6];
  if (major < 1 || major > 3) fail(fmt::format(".npy version {}, expected 1 to 3", major));
  const std::size_t length_bytes = major == 1 ? 2 : 4;
  std::uint32_t length = 0;
  std::memcpy(&length, all.data() + 8, length_bytes);
  const std::size_t start = 8 + length_bytes;
  if (length > all.size() - start) fail("the header is cut off");
  const std::string header(all.substr(start, length));

  static const std::regex descr("'descr'\\s*:\\s*'([^']{1,8})'");
  static const std::regex order("'fortran_order'\\s*:\\s*(True|False)");
  static const std::regex shape("'shape'\\s*:\\s*\\(([0-9, ]{0,100})\\)");
  std::smatch d, o, s;
  if (!std::regex_search(header, d, descr) || !std::regex_search(header, o, order) ||
      !std::regex_search(header, s, shape)) {
    fail("expected a header with 'descr', 'fortran_order' and 'shape'");
  }
  if (o[1] == "True") fail("fortran_order True, expected False");
  npy.descr = d[1];
  npy.shape = parse_shape(s[1]);
  npy.payload = std::span(npy.bytes).subspan(start + length);
}

Npy read_npy(const std::filesystem::path& file, const std::string& array,
             std::string_view expected_descr) {
  Npy npy;
  npy.name = fmt::format("{}: {}.npy", file.string(), array);
  npy.bytes = read_zip_member(file, array + ".npy");
  parse_header(npy);
  if (npy.descr != expected_descr || npy.shape.size() != 1) {
    throw Error(fmt::format("{}: found dtype '{}' of shape ({}), expected '{}' of shape (N)",
                            npy.name, npy.descr, fmt::join(npy.shape, ", "), expected_descr));
  }
  return npy;
}

}  // namespace

std::vector<std::int64_t> Npz::integers(const std::string& array) const {
  const Npy npy = read_npy(file_, array, "<i8");
  if (npy.payload.size() / sizeof(std::int64_t) != npy.shape[0] ||
      npy.payload.size() % sizeof(std::int64_t) != 0) {
    throw Error(fmt::format("{}: found {} bytes, expected {} integers of 8", npy.name,
                            npy.payload.size(), npy.shape[0]));
  }
  std::vector<std::int64_t> values(npy.shape[0]);
  std::memcpy(values.data(), npy.payload.data(), npy.payload.size());
  return values;
}

Sequences Npz::lists(const std::string& array) const {
  const Npy npy = read_npy(file_, array, "|O");
  return unpickle_lists(npy.payload, npy.shape[0], npy.name);
}

}  // namespace reprise
