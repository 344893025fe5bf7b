#include "reprise/core/caches.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "reprise/core/error.hpp"
#include "reprise/core/processors.hpp"
#include "reprise/core/read_file.hpp"

namespace reprise {

namespace {

// The first line of a small file, "" if it cannot be read.
std::string line_of(const std::filesystem::path& file) {
  try {
    const std::string text = read_file(file, 4096);
    return text.substr(0, text.find('\n'));
  } catch (const Error&) {
    return "";
  }
}

// "32768K"
std::optional<std::size_t> bytes_of(std::string_view size) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), number);
  if (error != std::errc() || number == 0) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(size.data() + size.size() - end));
  if (unit == "K") return number << 10;
  if (unit == "M") return number << 20;
  if (unit == "G") return number << 30;
  return unit.empty() ? std::optional(number) : std::nullopt;
}

// The folder of a cache of this level in a processor's folder `cache`; "" if there is none.
std::filesystem::path entry_of(const std::filesystem::path& folder, int level) {
  constexpr int kMostEntries = 16;
  for (int i = 0; i < kMostEntries; ++i) {
    const auto entry = folder / ("index" + std::to_string(i));
    if (line_of(entry / "level") != std::to_string(level)) continue;
    if (line_of(entry / "type") != "Instruction") return entry;
  }
  return {};
}

}  // namespace

std::size_t linux_cache_bytes(int level, const std::filesystem::path& folder) {
  const auto entry = entry_of(folder, level);
  return entry.empty() ? 0 : bytes_of(line_of(entry / "size")).value_or(0);
}

std::size_t cache_bytes(int level, const std::filesystem::path& folder) {
  if (const std::size_t bytes = linux_cache_bytes(level, folder)) return bytes;
  const int name = level == 1   ? _SC_LEVEL1_DCACHE_SIZE
                   : level == 2 ? _SC_LEVEL2_CACHE_SIZE
                                : _SC_LEVEL3_CACHE_SIZE;
  return static_cast<std::size_t>(std::max(sysconf(name), 0L));
}

std::size_t last_cache_bytes(const std::filesystem::path& folder) {
  std::set<std::string> seen;  // the processors that share a cache: "0-7"
  std::size_t sum = 0;
  for (const int processor : allowed_processors()) {
    const auto entry = entry_of(folder / ("cpu" + std::to_string(processor)) / "cache", 3);
    if (entry.empty()) continue;
    const std::string sharers = line_of(entry / "shared_cpu_list");
    if (!sharers.empty() && seen.insert(sharers).second) {
      sum += bytes_of(line_of(entry / "size")).value_or(0);
    }
  }
  return sum > 0 ? sum : cache_bytes(3, folder / "cpu0" / "cache");
}

}  // namespace reprise
