#include "repro/training_log/literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "reprise/core/error.hpp"

namespace reprise::training_log {

namespace {

constexpr int kDeepest = 64;
constexpr std::size_t kMostNames = 1000;  // of an object; a log has a dozen

class Parser {
 public:
  Parser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Literal whole() {
    Literal value = any(0);
    skip_space();
    if (at_ < text_.size()) wrong("the end of the document");
    return value;
  }

 private:
  [[noreturn]] void wrong(const std::string& expected) const {
    const auto line = 1 + std::ranges::count(text_.substr(0, at_), '\n');
    const std::string found = at_ < text_.size()
                                  ? fmt::format("'{}'", printable(text_.substr(at_, 20)))
                                  : "the end of the file";
    throw Error(fmt::format("{}: line {}: found {}, expected {}", name_, line, found, expected));
  }

  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  char next() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  Literal any(int depth) {
    if (depth > kDeepest) wrong(fmt::format("at most {} levels of lists and objects", kDeepest));
    const char c = next();
    if (c == '{') return object(depth);
    if (c == '[' || c == '(') return list(depth);
    if (c == '"' || c == '\'') return {.kind = Literal::Kind::text, .text = quoted()};
    return word(depth);
  }

  Literal object(int depth) {
    Literal found{.kind = Literal::Kind::object};
    take('{');
    while (!take('}')) {
      const char quote = next();
      if (quote != '"' && quote != '\'') wrong("a name in quotes, or }");
      std::string key = quoted();
      if (found.find(key) != nullptr) {
        throw Error(fmt::format("{}: found the name '{}' twice", name_, printable(key)));
      }
      if (found.object.size() == kMostNames) wrong(fmt::format("at most {} names", kMostNames));
      if (!take(':')) wrong(":");
      found.object.emplace_back(std::move(key), any(depth + 1));
      if (!take(',') && next() != '}') wrong(", or }");
    }
    return found;
  }

  Literal list(int depth) {
    Literal found{.kind = Literal::Kind::list};
    const char end = text_[at_++] == '[' ? ']' : ')';
    while (!take(end)) {
      found.list.push_back(any(depth + 1));
      if (!take(',') && next() != end) wrong(fmt::format(", or {}", end));
    }
    return found;
  }

  std::string quoted() {
    const char quote = text_[at_++];
    std::string text;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;  // names need no other escapes
      text += text_[at_++];
    }
    if (at_ >= text_.size()) wrong(fmt::format("a {} at the end of the name", quote));
    ++at_;
    return text;
  }

  // A number, or a call such as np.float32(0.5).
  Literal word(int depth) {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           std::string_view(",:]})(= \t\r\n").find(text_[at_]) == std::string_view::npos) {
      ++at_;
    }
    const std::string_view word = text_.substr(start, at_ - start);
    if (!word.empty() && next() == '(' && std::isalpha(static_cast<unsigned char>(word[0])) != 0) {
      return call(depth);
    }
    if (word == "null" || word == "None") return {};
    if (const auto value = printed_value(word)) return {.number = *value};
    at_ = start;
    wrong("a number, a list or an object");
  }

  Literal call(int depth) {
    take('(');
    Literal value = any(depth + 1);
    while (take(',')) {  // dtype=float32
      while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != ')') ++at_;
    }
    if (!take(')')) wrong(")");
    return value;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
};

}  // namespace

const Literal* Literal::find(std::string_view key) const {
  const auto found = std::ranges::find(object, key, &std::pair<std::string, Literal>::first);
  return found == object.end() ? nullptr : &found->second;
}

Literal parse_literal(std::string_view text, const std::string& name) {
  return Parser(text, name).whole();
}

}  // namespace reprise::training_log
