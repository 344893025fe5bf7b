#include "repro/replay/line_parser.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"

namespace reprise::replay {

LineParser::LineParser(std::string location, std::string_view text)
    : location_(std::move(location)) {
  std::istringstream in{std::string(text.substr(0, text.find('#')))};
  for (std::string word; in >> word;) {
    const std::string token = one_line(word);  // it may become a name, which is printed
    const std::size_t equals = token.find('=');
    if (equals == std::string::npos || token.find('(') < equals) {
      tokens_.push_back(token);
      continue;
    }
    const auto [found, inserted] =
        settings_.emplace(token.substr(0, equals), token.substr(equals + 1));
    if (!inserted) wrong(found->first, token, "each setting once");
  }
}

std::string LineParser::next(std::string_view expected) {
  if (taken_ == tokens_.size()) throw Error(fmt::format("{}: expected {}", location_, expected));
  return tokens_[taken_++];
}

std::vector<std::string> LineParser::rest() {
  std::vector<std::string> others(tokens_.begin() + static_cast<std::ptrdiff_t>(taken_),
                                  tokens_.end());
  taken_ = tokens_.size();
  return others;
}

std::optional<std::string> LineParser::setting(const std::string& key) {
  const auto found = settings_.extract(key);
  if (found.empty()) return {};
  return found.mapped();
}

std::string LineParser::required(const std::string& key, std::string_view expected) {
  if (auto value = setting(key)) return *value;
  throw Error(fmt::format("{}: found no {}=, expected {}", location_, key, expected));
}

std::int64_t LineParser::number(const std::string& key, std::int64_t low, std::int64_t high,
                                std::optional<std::int64_t> fallback) {
  const std::string expected = fmt::format("a whole number from {} to {}", low, high);
  if (!fallback) return whole(key, required(key, expected), low, high);
  const auto value = setting(key);
  return value ? whole(key, *value, low, high) : *fallback;
}

void LineParser::done(std::string_view known) const {
  if (taken_ < tokens_.size()) wrong("line", tokens_[taken_], known);
  if (!settings_.empty()) wrong("line", settings_.begin()->first + "=", known);
}

void LineParser::wrong(std::string_view what, std::string_view found,
                       std::string_view expected) const {
  throw Error(
      fmt::format("{}: {}: found '{}', expected {}", location_, what, printable(found), expected));
}

void LineParser::unknown(std::string_view what, std::string_view found,
                         const std::vector<std::string>& known) const {
  throw Error(fmt::format("{}: {}: {}", location_, what, unknown_name(printable(found), known)));
}

std::int64_t LineParser::whole(std::string_view what, const std::string& text, std::int64_t low,
                               std::int64_t high) const {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    wrong(what, text, fmt::format("a whole number from {} to {}", low, high));
  }
  return value;
}

double LineParser::real(std::string_view what, const std::string& text, double low,
                        double high) const {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= low && value < high)) {
    wrong(what, text, fmt::format("a number of at least {} and below {}", low, high));
  }
  return value;
}

Call LineParser::call(std::string_view what, const std::string& text) const {
  const std::size_t open = text.find('(');
  Call call{text.substr(0, open), {}, {}};
  if (open == std::string::npos) return call;
  if (text.back() != ')') wrong(what, text, "')' at the end, and no blanks between arguments");
  std::istringstream in(text.substr(open + 1, text.size() - open - 2));
  for (std::string argument; std::getline(in, argument, ',');) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos) {
      call.arguments.push_back(argument);
    } else {
      call.keywords[argument.substr(0, equals)] = argument.substr(equals + 1);
    }
  }
  return call;
}

}  // namespace reprise::replay
