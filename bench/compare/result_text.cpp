#include "bench/compare/result_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"

namespace reprise::compare {

namespace {

constexpr std::string_view kExpected = "Google Benchmark's JSON (--benchmark_out=FILE writes it)";
constexpr std::string_view kSpace = " \t\r\n";

[[noreturn]] void refuse(const std::string& name, const std::string& found) {
  throw Error(fmt::format("{}: found {}, expected {}", name, found, kExpected));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a bare word is a spelling of NaN or infinity: C and C++ libraries, JavaScript and
// Microsoft's 1.#QNAN.
bool is_no_finite_number(std::string_view word) {
  if (!word.empty() && (word.front() == '-' || word.front() == '+')) word.remove_prefix(1);
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower == "nan" || lower.starts_with("nan(") || lower == "snan" || lower == "inf" ||
         lower == "infinity" || lower.starts_with("1.#");
}

// Copies the text and puts those words in quotes. Stops at the end of the first JSON value.
class Scanner {
 public:
  Scanner(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  std::string scan() {
    do {
      const char c = peek();
      if (c == '"') {
        take_string();
      } else if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '+') {
        take_word();
      } else {
        if (c == '{' || c == '[') open_.push_back(c);
        if ((c == '}' || c == ']') && !open_.empty()) open_.pop_back();
        out_ += c;
        ++at_;
      }
    } while (at_ < text_.size() && !open_.empty());
    refuse_rest();
    return out_;
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void take_string() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    out_ += text_.substr(begin, at_ - begin);
  }

  void take_word() {
    const std::size_t begin = at_;
    const auto in_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) ||
             (c != '\0' && std::string_view("+-.#()_").find(c) != std::string_view::npos);
    };
    while (in_word(peek())) ++at_;
    const std::string word(text_.substr(begin, at_ - begin));
    refuse_separators(word);
    const bool overflows = (is_digit(word.front()) || word.front() == '-') &&
                           std::isinf(std::strtod(word.c_str(), nullptr));
    const bool quoted = is_no_finite_number(word) || overflows;
    out_ += quoted ? '"' + word + '"' : word;
  }

  // Bytes of the mark at `at_` that some locales write between the thousands, or 0: an apostrophe
  // and several spaces.
  std::size_t separator() const {
    for (const std::string_view mark : {"'", " ", "\u00a0", "\u2009", "\u2019", "\u202f"}) {
      if (text_.substr(at_).starts_with(mark)) return mark.size();
    }
    return 0;
  }
  bool separator_follows() const {
    const std::size_t size = separator();
    return size > 0 && is_digit(peek(size)) && is_digit(peek(size + 1)) && is_digit(peek(size + 2));
  }

  // A program that has set a locale writes 1,000 or 1'000 or 1.000.000 or 0,5.
  void refuse_separators(std::string word) const {
    const bool number = is_digit(word.front()) || word.front() == '-';
    if (number && is_digit(word.back()) && separator_follows()) {
      refuse(name_, fmt::format("the number {}{}, written with a locale's separators",
                                printable(word), printable(text_.substr(at_, separator() + 3))));
    }
    const bool comma = !open_.empty() && open_.back() == '{' && peek() == ',' && is_digit(peek(1));
    if (!number || !(comma || (std::ranges::count(word, '.') > 1))) return;
    for (std::size_t i = 0; comma && (is_digit(peek(i)) || is_digit(peek(i + 1))); ++i) {
      if (peek(i) != ',' && !is_digit(peek(i))) break;
      word += peek(i);
    }
    refuse(name_,
           fmt::format("the number {}, written with a locale's separators", printable(word)));
  }

  void refuse_rest() const {
    const auto rest = text_.find_first_not_of(kSpace, at_);
    if (!open_.empty() || rest == std::string_view::npos) return;
    if (text_[rest] == '{') refuse(name_, "several results one after the other");
    refuse(name_, fmt::format("other text after the JSON ('{}')",
                              printable(text_.substr(rest, text_.find('\n', rest) - rest))));
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::vector<char> open_;  // the lists and objects around `at_`
  std::string out_;
};

}  // namespace

nlohmann::json parse_result_text(const std::string& text, const std::string& name) {
  std::string_view rest(text);
  for (const std::string_view mark : {"\xff\xfe", "\xfe\xff"}) {
    if (rest.starts_with(mark)) refuse(name, "UTF-16 text");
  }
  if (rest.starts_with(std::string_view("{\0", 2)) || rest.starts_with(std::string_view("\0{", 2)))
    refuse(name, "UTF-16 text");
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);  // the mark of UTF-8
  rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
  if (rest.empty()) refuse(name, "an empty file");
  const bool begins = rest.front() == '{' || rest.front() == '[';
  if (!begins && rest.find("\n{") != std::string_view::npos) {
    refuse(name, fmt::format("other text before the JSON ('{}')",
                             printable(rest.substr(0, rest.find_first_of("\r\n")))));
  }
  if (!begins) return parse_json(rest, name, kExpected, RepeatedKeys::allowed);
  return parse_json(Scanner(rest, name).scan(), name, kExpected, RepeatedKeys::allowed);
}

}  // namespace reprise::compare
