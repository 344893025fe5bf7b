#include "reprise/core/error.hpp"

#include <algorithm>
#include <cstddef>

namespace reprise {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
}

bool is_continuation(std::string_view text, std::size_t at) {
  return (byte_at(text, at) & 0xc0) == 0x80;
}

// The length in bytes of the UTF-8 character that begins at `at`; 0 if it is invalid.
std::size_t length_at(std::string_view text, std::size_t at) {
  const unsigned lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // reject overlong forms, surrogates and code points above U+10FFFF (RFC 3629)
  const unsigned second = byte_at(text, at + 1);
  if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
      (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text, at + i)) return 0;
  }
  return length;
}

// U+0000 to U+001F, U+007F, and U+0080 to U+009F, which some terminals obey.
bool is_control(std::string_view text, std::size_t at) {
  const unsigned c = byte_at(text, at);
  return c < 0x20 || c == 0x7f || (c == 0xc2 && byte_at(text, at + 1) < 0xa0);
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_at(text, at);
    out += length == 0 || is_control(text, at) ? "?" : std::string(text.substr(at, length));
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

std::string printable(std::string_view text) {
  std::size_t end = std::min<std::size_t>(text.size(), 200);
  for (int back = 0; back < 3 && end < text.size() && is_continuation(text, end); ++back) --end;
  return one_line(text.substr(0, end));
}

}  // namespace reprise
