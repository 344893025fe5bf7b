#include "reprise/data/npz.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "reprise/core/error.hpp"
#include "reprise/data/pickle.hpp"
#include "reprise/data/zip.hpp"

namespace reprise {

namespace {

// A parsed .npy file.
struct Npy {
  std::string name;  // file and member, for error messages
  HugePageVector<std::byte> bytes;
  std::string descr;               // '<i8', '|O', ...
  std::vector<std::size_t> shape;  // row-major: fortran_order is refused
  std::span<const std::byte> payload;
};

// The text of `key` in the header's Python dict, between `open` and the next `close`:
// {'descr': '<i8', 'fortran_order': False, 'shape': (3, 4), }. Empty if the key is missing.
std::optional<std::string_view> field(std::string_view header, std::string_view key,
                                      std::string_view open, std::string_view close) {
  const auto at = header.find(fmt::format("'{}': {}", key, open));
  if (at == std::string_view::npos) return {};
  const auto first = at + key.size() + 4 + open.size();
  const auto last = header.find(close, first);
  if (last == std::string_view::npos) return {};
  return header.substr(first, last - first);
}

// Parses the lengths of the axes, "25000, " or "506, 13". Empty if the text is not a list of
// integers, or has more than the 64 axes that NumPy allows.
std::optional<std::vector<std::size_t>> parse_shape(std::string_view text) {
  constexpr std::size_t kMostAxes = 64;
  std::vector<std::size_t> shape;
  while (!text.empty()) {
    if (shape.size() == kMostAxes) return {};
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc{}) return {};
    shape.push_back(length);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty() && text.front() != ',') return {};
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(", ")));
  }
  return shape;
}

// The header is "\x93NUMPY", major and minor version, the length (2 bytes in version 1, else 4) and
// a Python dict.
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
  if (length > all.size() - start) fail("the header is truncated");
  const std::string_view header = all.substr(start, length);

  const auto descr = field(header, "descr", "'", "'");
  const auto fortran_order = field(header, "fortran_order", "", ",");
  const auto shape_text = field(header, "shape", "(", ")");
  const auto shape = shape_text ? parse_shape(*shape_text) : std::nullopt;
  if (!descr || !fortran_order || !shape) {
    fail("expected a header with 'descr', 'fortran_order' and 'shape'");
  }
  if (*fortran_order != "False") fail("fortran_order is not False");
  npy.descr = *descr;
  npy.shape = *shape;
  npy.payload = std::span(npy.bytes).subspan(start + length);
}

Npy read_npy(const std::filesystem::path& file, const std::string& array) {
  Npy npy;
  npy.name = fmt::format("{}: {}.npy", printable(file.string()), printable(array));
  npy.bytes = read_zip_member(file, array + ".npy");
  parse_header(npy);
  return npy;
}

Npy read_npy(const std::filesystem::path& file, const std::string& array,
             std::string_view expected_descr, std::size_t expected_rank) {
  Npy npy = read_npy(file, array);
  if (npy.descr != expected_descr || npy.shape.size() != expected_rank) {
    throw Error(fmt::format("{}: found dtype '{}' of shape ({}), expected '{}' of rank {}",
                            npy.name, printable(npy.descr), fmt::join(npy.shape, ", "),
                            expected_descr, expected_rank));
  }
  return npy;
}

// Throws Error if the length of the payload does not match the shape, whose product may overflow in
// a malicious file.
void check_length(const Npy& npy, std::size_t item_bytes) {
  std::size_t expected = item_bytes;
  bool overflow = false;
  for (const std::size_t axis : npy.shape) {
    overflow |= __builtin_mul_overflow(expected, axis, &expected);
  }
  if (!overflow && npy.payload.size() == expected) return;
  throw Error(fmt::format("{}: found {} bytes, expected {} {} of {}", npy.name, npy.payload.size(),
                          fmt::join(npy.shape, " x "), npy.descr[1] == 'f' ? "floats" : "integers",
                          item_bytes));
}

template <class T>
NdArray<T> values_of(const Npy& npy) {
  check_length(npy, sizeof(T));
  NdArray<T> array{npy.shape, HugePageVector<T>(npy.payload.size() / sizeof(T))};
  std::ranges::copy(npy.payload, std::as_writable_bytes(std::span(array.values)).begin());
  return array;
}

template <class T>
std::vector<double> widened(const std::vector<std::byte>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::ranges::copy(std::span(bytes).first(values.size() * sizeof(T)),
                    std::as_writable_bytes(std::span(values)).begin());
  return {values.begin(), values.end()};
}

// The size of each number type and the conversion of an array of it to double.
struct NumberType {
  std::string_view descr;
  std::size_t bytes;
  std::vector<double> (*widen)(const std::vector<std::byte>&);
};
constexpr NumberType kNumberTypes[] = {{"<f4", 4, widened<float>},
                                       {"<f8", 8, widened<double>},
                                       {"|u1", 1, widened<std::uint8_t>},
                                       {"<i4", 4, widened<std::int32_t>},
                                       {"<i8", 8, widened<std::int64_t>}};

const NumberType& number_type(const std::string& name, std::string_view descr) {
  for (const NumberType& type : kNumberTypes) {
    if (type.descr == descr) return type;
  }
  throw Error(fmt::format("{}: found dtype '{}', expected '<f4', '<f8', '|u1', '<i4' or '<i8'",
                          name, printable(descr)));
}

}  // namespace

std::size_t NpyArray::item_bytes() const { return number_type(name, descr).bytes; }

std::vector<double> NpyArray::as_doubles() const { return number_type(name, descr).widen(bytes); }

std::vector<std::string> Npz::names() const {
  std::vector<std::string> arrays;
  for (std::string& member : zip_members(file_)) {
    if (!member.ends_with(".npy")) continue;
    member.resize(member.size() - 4);
    arrays.push_back(std::move(member));
  }
  return arrays;
}

bool Npz::has(std::string_view array) const { return std::ranges::count(names(), array) > 0; }

std::vector<std::int64_t> Npz::integers(const std::string& array) const {
  const auto values = values_of<std::int64_t>(read_npy(file_, array, "<i8", 1)).values;
  return {values.begin(), values.end()};
}

NdArray<double> Npz::doubles(const std::string& array, std::size_t expected_rank) const {
  return values_of<double>(read_npy(file_, array, "<f8", expected_rank));
}

NdArray<float> Npz::floats(const std::string& array, std::size_t expected_rank) const {
  return values_of<float>(read_npy(file_, array, "<f4", expected_rank));
}

NdArray<std::uint8_t> Npz::bytes(const std::string& array, std::size_t expected_rank) const {
  return values_of<std::uint8_t>(read_npy(file_, array, "|u1", expected_rank));
}

NpyArray Npz::array(const std::string& array) const {
  const Npy npy = read_npy(file_, array);
  check_length(npy, number_type(npy.name, npy.descr).bytes);
  return {npy.name, npy.shape, npy.descr, {npy.payload.begin(), npy.payload.end()}};
}

Sequences Npz::plain_lists(const std::string& array) const {
  const Npy values = read_npy(file_, array + "_values", "<i4", 1);
  Sequences lists{integers(array + "_offsets"), values_of<std::int32_t>(values).values};
  const auto& offsets = lists.offsets;
  if (offsets.empty() || offsets.front() != 0 || !std::ranges::is_sorted(offsets) ||
      static_cast<std::size_t>(offsets.back()) != lists.values.size()) {
    throw Error(fmt::format("{}: {}_offsets: expected ascending numbers from 0 to {}",
                            printable(file_.string()), printable(array), lists.values.size()));
  }
  return lists;
}

Sequences Npz::lists(const std::string& array) const {
  if (!has(array) && has(array + "_offsets")) return plain_lists(array);
  const Npy npy = read_npy(file_, array, "|O", 1);
  return unpickle_lists(npy.payload, npy.shape[0], npy.name);
}

bool Npz::is_object_array(const std::string& array) const {
  return read_npy(file_, array).descr == "|O";
}

}  // namespace reprise
