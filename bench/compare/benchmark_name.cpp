#include "bench/compare/benchmark_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "bench/harness/name_part.hpp"

namespace reprise::compare {

namespace {

constexpr std::string_view kMark = " (duplicate ";

// Whether the name itself ends as numbered_name() ends a duplicate's.
bool ends_with_number(std::string_view name) {
  const auto mark = name.rfind(kMark);
  if (mark == std::string_view::npos || !name.ends_with(')')) return false;
  const std::string_view number =
      name.substr(mark + kMark.size(), name.size() - mark - kMark.size() - 1);
  return !number.empty() &&
         std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string common_name(const std::string& name, const std::set<std::string>& varied) {
  if (varied.empty()) return name;
  std::string kept;
  for (std::size_t at = 0; at <= name.size();) {
    const auto end = std::min(name.find('/', at), name.size());
    const std::string part = name.substr(at, end - at);
    const auto colon = part.find(':');
    if (colon == std::string::npos || varied.count(part.substr(0, colon)) == 0) {
      kept += (kept.empty() ? "" : "/") + part;
    }
    at = end + 1;
  }
  return kept;
}

std::vector<std::string> readable_names(const std::vector<std::string>& names) {
  std::vector<std::string> shorter = names;
  std::map<std::string, int> counts;
  for (std::string& name : shorter) {
    name = bench::without_clock(std::move(name));
    ++counts[name];
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (counts[shorter[i]] > 1) shorter[i] = names[i];
  }
  return shorter;
}

std::string numbered_name(const std::string& name, std::size_t number) {
  if (number == 1 && !ends_with_number(name)) return name;
  return fmt::format("{}{}{})", name, kMark, number);
}

}  // namespace reprise::compare
