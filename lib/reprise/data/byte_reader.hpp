// Reads little-endian numbers, lines and bytes from memory with bounds checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "reprise/core/error.hpp"

namespace reprise {

class ByteReader {
 public:
  // `name` describes the input in error messages; it must outlive the reader.
  ByteReader(std::span<const std::byte> bytes, const std::string& name)
      : text_(reinterpret_cast<const char*>(bytes.data()), bytes.size()), name_(name) {}

  // Throws Error: "name: what (byte N of M)".
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(name_ + ": " + what + " (byte " + std::to_string(position_) + " of " +
                std::to_string(text_.size()) + ")");
  }

  std::size_t size() const { return text_.size(); }
  // The bytes that have not been taken.
  std::string_view rest() const { return text_.substr(position_); }

  std::string_view take(std::uint64_t bytes) {
    if (bytes > text_.size() - position_) fail("truncated");
    const std::string_view taken = text_.substr(position_, bytes);
    position_ += bytes;
    return taken;
  }
  // An unsigned little-endian number of 1 to 8 bytes.
  std::uint64_t take_unsigned(std::size_t bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, take(bytes).data(), bytes);
    return value;
  }
  // A little-endian two's complement number of 0 to 8 bytes.
  std::int64_t take_signed(std::uint64_t bytes) {
    if (bytes > 8)
      fail("found an integer of " + std::to_string(bytes) + " bytes, expected at most 8");
    if (bytes == 0) return 0;
    const auto unused_bits = 64 - 8 * bytes;
    return static_cast<std::int64_t>(take_unsigned(bytes) << unused_bits) >> unused_bits;
  }
  // The text up to the next newline, which is skipped.
  std::string_view take_line() {
    const auto length = text_.substr(position_).find('\n');
    if (length == std::string_view::npos) fail("truncated");
    const std::string_view line = take(length);
    take(1);
    return line;
  }

 private:
  std::string_view text_;
  const std::string& name_;
  std::size_t position_ = 0;
};

}  // namespace reprise
