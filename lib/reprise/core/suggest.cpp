#include "reprise/core/suggest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// The restricted Damerau-Levenshtein distance. Row i of its table holds the distances between the
// first i characters of `a` and every prefix of `b`; three rows are kept, because a transposition
// refers to the row before the last.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view found, const std::vector<std::string>& known) {
  constexpr std::size_t kLongestName = 128;  // the time grows with the square of the length
  if (found.empty() || found.size() > kLongestName) return "";
  const std::string wanted = lower(found);
  std::size_t nearest = std::max<std::size_t>(1, found.size() / 3) + 1;
  const std::string* best = nullptr;
  for (const std::string& name : known) {
    if (const std::size_t distance = edit_distance(wanted, lower(name)); distance < nearest) {
      nearest = distance;
      best = &name;
    }
  }
  return best == nullptr ? "" : "; did you mean '" + *best + "'?";
}

std::string unknown_name(std::string_view found, const std::vector<std::string>& known) {
  return fmt::format("found '{}', expected one of: {}{}", printable(found), fmt::join(known, ", "),
                     did_you_mean(found, known));
}

}  // namespace reprise
