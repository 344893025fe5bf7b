#include "repro/replay/words.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"

namespace reprise::replay {

Line::Line(std::string place, std::string_view text) : place_(std::move(place)) {
  std::istringstream in{std::string(text.substr(0, text.find('#')))};
  for (std::string word; in >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || word.find('(') < equals) {
      words_.push_back(word);
      continue;
    }
    const auto [place_of, fresh] =
        settings_.emplace(word.substr(0, equals), word.substr(equals + 1));
    if (!fresh) wrong(place_of->first, word, "it once");
  }
}

std::string Line::word(std::string_view expected) {
  if (taken_ == words_.size()) throw Error(fmt::format("{}: expected {}", place_, expected));
  return words_[taken_++];
}

std::vector<std::string> Line::rest() {
  std::vector<std::string> others(words_.begin() + static_cast<std::ptrdiff_t>(taken_),
                                  words_.end());
  taken_ = words_.size();
  return others;
}

std::optional<std::string> Line::setting(const std::string& key) {
  const auto found = settings_.extract(key);
  if (found.empty()) return {};
  return found.mapped();
}

std::string Line::required(const std::string& key, std::string_view expected) {
  if (auto value = setting(key)) return *value;
  throw Error(fmt::format("{}: found no {}=, expected {}", place_, key, expected));
}

std::int64_t Line::number(const std::string& key, std::int64_t low, std::int64_t high,
                          std::optional<std::int64_t> fallback) {
  const std::string expected = fmt::format("a whole number from {} to {}", low, high);
  if (!fallback) return whole(key, required(key, expected), low, high);
  const auto value = setting(key);
  return value ? whole(key, *value, low, high) : *fallback;
}

void Line::done(std::string_view known) const {
  if (taken_ < words_.size()) wrong("line", words_[taken_], known);
  if (!settings_.empty()) wrong("line", settings_.begin()->first + "=", known);
}

void Line::wrong(std::string_view what, std::string_view found, std::string_view expected) const {
  throw Error(
      fmt::format("{}: {}: found '{}', expected {}", place_, what, printable(found), expected));
}

void Line::unknown(std::string_view what, std::string_view found,
                   const std::vector<std::string>& known) const {
  throw Error(fmt::format("{}: {}: {}", place_, what, unknown_name(printable(found), known)));
}

std::int64_t Line::whole(std::string_view what, const std::string& text, std::int64_t low,
                         std::int64_t high) const {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    wrong(what, text, fmt::format("a whole number from {} to {}", low, high));
  }
  return value;
}

double Line::real(std::string_view what, const std::string& text, double low, double high) const {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= low && value < high)) {
    wrong(what, text, fmt::format("a number of at least {} and below {}", low, high));
  }
  return value;
}

Call Line::call(std::string_view what, const std::string& text) const {
  const std::size_t open = text.find('(');
  Call call{text.substr(0, open), {}, {}};
  if (open == std::string::npos) return call;
  if (text.back() != ')') wrong(what, text, "a ')' at its end; arguments have no blanks");
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
