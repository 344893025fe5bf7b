#include "reprise/data/idx.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <span>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"

namespace reprise {

namespace {

constexpr std::size_t kMaxBytes = 64u << 20;  // MNIST's training images have 47 MB
constexpr unsigned char kBytes = 8;           // the type code of unsigned bytes

// A file that is decompressed if necessary.
class Inflated {
 public:
  explicit Inflated(const std::filesystem::path& file) : name_(printable(file.string())) {
    require_regular_file(file);
    in_.reset(gzopen(file.c_str(), "rb"));
    if (in_ == nullptr) fail("cannot be read");
  }
  [[noreturn]] void fail(const std::string& what) const { throw Error(name_ + ": " + what); }

  // Fills `bytes` from the file and returns how many there were.
  std::size_t read(std::span<std::uint8_t> bytes) {
    const int got = gzread(in_.get(), bytes.data(), static_cast<unsigned>(bytes.size()));
    int code = Z_OK;
    const std::string why = gzerror(in_.get(), &code);
    // truncated, or the CRC-32 differs
    if (got < 0 || code != Z_OK) fail("damaged: " + printable(why));
    return static_cast<std::size_t>(got);
  }

 private:
  std::string name_;
  std::unique_ptr<gzFile_s, decltype(&gzclose)> in_{nullptr, gzclose};
};

}  // namespace

NdArray<std::uint8_t> read_idx(const std::filesystem::path& file, std::size_t expected_rank) {
  std::filesystem::path found = file;
  if (!std::filesystem::exists(found)) found += ".gz";
  if (!std::filesystem::exists(found)) {
    throw Error(fmt::format("{}: not found, with or without .gz", printable(file.string())),
                ExitCode::missing);
  }
  Inflated in(found);
  std::vector<std::uint8_t> header(4 + 4 * expected_rank);
  if (in.read(header) < header.size() || header[0] != 0 || header[1] != 0 || header[2] != kBytes ||
      header[3] != expected_rank) {
    in.fail(fmt::format("expected an idx file of bytes with {} axes", expected_rank));
  }
  NdArray<std::uint8_t> array;
  std::size_t expected = 1;
  bool overflow = false;
  for (std::size_t at = 4; at < header.size(); at += 4) {
    std::size_t length = 0;
    for (std::size_t i = at; i < at + 4; ++i) length = length << 8 | header[i];
    array.shape.push_back(length);
    overflow |= __builtin_mul_overflow(expected, length, &expected);
  }
  if (overflow || expected > kMaxBytes) {
    in.fail(fmt::format("found an array of {}, expected at most {} bytes",
                        fmt::join(array.shape, " x "), kMaxBytes));
  }
  // The header is believed only as far as there are bytes, and one more byte shows that the file
  // does not end where it should.
  constexpr std::size_t kFirst = 1 << 16;
  std::size_t got = 0;
  while (got == array.values.size() && got <= expected) {
    array.values.resize(std::min(std::max(2 * got, kFirst), expected + 1));
    got += in.read(std::span(array.values).subspan(got));
  }
  if (got != expected) {
    in.fail(fmt::format("found {}{} bytes, expected {}", got > expected ? "at least " : "", got,
                        fmt::join(array.shape, " x ")));
  }
  array.values.resize(expected);
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
