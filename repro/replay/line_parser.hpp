// Splits a line of a script into tokens and settings. Error messages name the file and the line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::replay {

// A name with arguments: "dense(16,relu,l2=.001)" or just "relu".
struct Call {
  std::string name;
  std::vector<std::string> arguments;           // without '='
  std::map<std::string, std::string> keywords;  // key=value
};

class LineParser {
 public:
  // `location` is "file:line". Blanks separate tokens, '#' starts a comment. A token key=value
  // whose
  // '=' is outside brackets is a setting.
  LineParser(std::string location, std::string_view text);

  bool empty() const { return tokens_.empty() && settings_.empty(); }
  // Takes the next token that is not a setting. Throws Error that names `expected` if there is
  // none.
  std::string next(std::string_view expected);
  // Takes all remaining tokens.
  std::vector<std::string> rest();
  // Takes the value of a setting.
  std::optional<std::string> setting(const std::string& key);
  // Takes the value of a setting; throws Error that names `expected` if the line lacks it.
  std::string required(const std::string& key, std::string_view expected);
  // Takes a setting that is an integer in [low, high]; returns `fallback` if the line lacks it.
  std::int64_t number(const std::string& key, std::int64_t low, std::int64_t high,
                      std::optional<std::int64_t> fallback = {});
  // Throws Error unless all tokens and settings have been taken.
  void done(std::string_view known) const;

  // Throws Error "location: what: found 'found', expected expected".
  [[noreturn]] void wrong(std::string_view what, std::string_view found,
                          std::string_view expected) const;
  // Throws Error for a name that is not in `known`, with the most similar one.
  [[noreturn]] void unknown(std::string_view what, std::string_view found,
                            const std::vector<std::string>& known) const;

  // Converts `text` to an integer in [low, high], or throws Error.
  std::int64_t whole(std::string_view what, const std::string& text, std::int64_t low,
                     std::int64_t high) const;
  // Converts `text` to a number in [low, high), or throws Error.
  double real(std::string_view what, const std::string& text, double low, double high) const;
  // Splits `text` into a name and its arguments, or throws Error.
  Call call(std::string_view what, const std::string& text) const;

 private:
  std::string location_;
  std::vector<std::string> tokens_;
  std::size_t taken_ = 0;
  std::map<std::string, std::string> settings_;
};

}  // namespace reprise::replay
