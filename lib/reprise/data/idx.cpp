#include "reprise/data/idx.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include <memory>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 30;
constexpr unsigned char kBytes = 8;  // the type code of unsigned bytes

// The content of the file, decompressed if necessary.
std::string inflated(const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file)) {
    throw Error(fmt::format("{}: cannot be read, expected a regular file", file.string()));
  }
  const std::unique_ptr<gzFile_s, decltype(&gzclose)> in(gzopen(file.c_str(), "rb"), gzclose);
  if (in == nullptr) throw Error(fmt::format("{}: cannot be read", file.string()));
  std::string content, piece(1 << 16, '\0');
  int got = 0;
  while ((got = gzread(in.get(), piece.data(), static_cast<unsigned>(piece.size()))) > 0) {
    content.append(piece, 0, static_cast<std::size_t>(got));
    if (content.size() > kMaxBytes) {
      throw Error(fmt::format("{}: expected at most {} bytes", file.string(), kMaxBytes));
    }
  }
  int code = Z_OK;
  const std::string why = gzerror(in.get(), &code);
  if (got < 0 || code != Z_OK) {  // truncated, or the CRC-32 differs
    throw Error(fmt::format("{}: damaged: {}", file.string(), printable(why)));
  }
  return content;
}

}  // namespace

NdArray<std::uint8_t> read_idx(const std::filesystem::path& file, std::size_t expected_rank) {
  std::filesystem::path found = file;
  if (!std::filesystem::exists(found)) found += ".gz";
  if (!std::filesystem::exists(found)) {
    throw Error(fmt::format("{}: not found, with or without .gz", file.string()),
                ExitCode::missing);
  }
  const std::string content = inflated(found);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(content[i]); };
  const std::size_t start = 4 + 4 * expected_rank;
  if (content.size() < start || byte(0) != 0 || byte(1) != 0 || byte(2) != kBytes ||
      byte(3) != expected_rank) {
    throw Error(fmt::format("{}: expected an idx file of bytes with {} axes", found.string(),
                            expected_rank));
  }
  NdArray<std::uint8_t> array;
  std::size_t expected = 1;
  bool overflow = false;
  for (std::size_t at = 4; at < start; at += 4) {
    const std::size_t length = static_cast<std::size_t>(byte(at)) << 24 | byte(at + 1) << 16 |
                               byte(at + 2) << 8 | byte(at + 3);
    array.shape.push_back(length);
    overflow |= __builtin_mul_overflow(expected, length, &expected);
  }
  if (overflow || content.size() - start != expected) {
    throw Error(fmt::format("{}: found {} bytes, expected {}", found.string(),
                            content.size() - start, fmt::join(array.shape, " x ")));
  }
  array.values.assign(content.begin() + static_cast<std::ptrdiff_t>(start), content.end());
  return array;
}

std::string idx_header(const std::vector<std::size_t>& shape) {
  std::string header{0, 0, kBytes, static_cast<char>(shape.size())};
  for (const std::size_t length : shape) {
    for (const int shift : {24, 16, 8, 0}) header += static_cast<char>(length >> shift);
  }
  return header;
}

}  // namespace reprise
