#include "bench/gate/markdown_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "reprise/core/error.hpp"

namespace reprise::gate {

namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Whether a reader of Markdown shows the text as it is.
bool is_plain(const std::string& text) {
  return text.find("www.") == std::string::npos && std::ranges::all_of(text, [](char c) {
           return is_letter_or_digit(c) ||
                  std::string_view(" ,.;%()'/-=").find(c) != std::string_view::npos;
         });
}

// Every character that could be markup as a number, which Markdown takes as text.
std::string with_character_references(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool part_of_a_character = static_cast<unsigned char>(c) >= 0x80;
    if (part_of_a_character || is_letter_or_digit(c) || c == '/' || c == '-') {
      out += c;
    } else {
      out += fmt::format("&#{};", static_cast<int>(c));
    }
  }
  return out;
}

std::string shortened(const std::string& text) {
  const std::string start = printable(text);
  return start.size() < one_line(text).size() ? start + "..." : start;
}

}  // namespace

std::string code_text(const std::string& text) {
  const std::string line = one_line(text);
  // Between backticks a backtick ends the code, a table ends a cell at '|', and spaces at the ends
  // are dropped. <code> is code for everybody who looks for mentions of users as well.
  const bool fits_backticks = line.find_first_of("`|") == std::string::npos && !line.empty() &&
                              line.front() != ' ' && line.back() != ' ';
  return fits_backticks ? "`" + line + "`" : "<code>" + with_character_references(line) + "</code>";
}

std::string code_block(const std::string& text) {
  const std::string line = one_line(text);
  std::size_t longest = 0;
  for (std::size_t i = 0, run = 0; i < line.size(); ++i) {
    run = line[i] == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  return fence + "sh\n" + line + "\n" + fence + "\n";
}

Shown shown_in_markdown() {
  return {[](const std::string& text) { return code_text(shortened(text)); },
          [](const std::string& text) {
            const std::string shorter = shortened(text);
            return is_plain(shorter) ? shorter : code_text(shorter);
          }};
}

}  // namespace reprise::gate
