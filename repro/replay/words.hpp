// The words of a script's line, taken off one by one, with error lines that say where.
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

class Line {
 public:
  // `place` is "file:line". A '#' begins a comment; words are parted by blanks, and a word
  // key=value outside brackets is a setting.
  Line(std::string place, std::string_view text);

  bool empty() const { return words_.empty() && settings_.empty(); }
  // The next word that is no setting; throws Error that says `expected` if there is none.
  std::string word(std::string_view expected);
  std::vector<std::string> rest();  // all others
  std::optional<std::string> setting(const std::string& key);
  std::string required(const std::string& key, std::string_view expected);
  // A whole number in [low, high], `fallback` where the line has no such setting.
  std::int64_t number(const std::string& key, std::int64_t low, std::int64_t high,
                      std::optional<std::int64_t> fallback = {});
  // Throws unless all words and settings were taken.
  void done(std::string_view known) const;

  // Throws Error "place: what: found 'found', expected expected".
  [[noreturn]] void wrong(std::string_view what, std::string_view found,
                          std::string_view expected) const;
  // Throws Error for a name that none of `known` is.
  [[noreturn]] void unknown(std::string_view what, std::string_view found,
                            const std::vector<std::string>& known) const;

  std::int64_t whole(std::string_view what, const std::string& text, std::int64_t low,
                     std::int64_t high) const;
  // A number of at least `low` and below `high`.
  double real(std::string_view what, const std::string& text, double low, double high) const;
  Call call(std::string_view what, const std::string& text) const;

 private:
  std::string place_;
  std::vector<std::string> words_;
  std::size_t taken_ = 0;
  std::map<std::string, std::string> settings_;
};

}  // namespace reprise::replay
