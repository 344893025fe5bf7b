#include "reprise/core/memory.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <sstream>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"

namespace reprise {

namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

// The content of a file of the system; empty if it cannot be read.
std::istringstream content(const std::filesystem::path& file) {
  try {
    return std::istringstream(read_file(file, 1 << 20));
  } catch (const Error&) {
    return std::istringstream();
  }
}

// The number with which a file begins; empty for "max".
std::optional<std::uint64_t> number_in(const std::filesystem::path& file) {
  std::istringstream in = content(file);
  std::uint64_t number = 0;
  return in >> number ? std::optional(number) : std::nullopt;
}

std::uint64_t left(std::uint64_t limit, std::uint64_t used) {
  return limit > used ? limit - used : 0;
}

std::uint64_t of_machine(const std::filesystem::path& meminfo) {
  std::istringstream in = content(meminfo);
  std::string key;
  std::uint64_t kilobytes = 0;
  for (std::string line; in >> key >> kilobytes; std::getline(in, line)) {
    if (key == "MemAvailable:") return kilobytes << 10;
  }
  return kUnlimited;
}

// Version 2 alone: its line in /proc/self/cgroup is "0::/path".
std::uint64_t of_cgroups(const std::filesystem::path& root, const std::filesystem::path& own) {
  std::istringstream in = content(own);
  std::uint64_t least = kUnlimited;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("0::/")) continue;
    for (std::filesystem::path group = line.substr(4);; group = group.parent_path()) {
      const auto limit = number_in(root / group / "memory.max");
      const auto used = number_in(root / group / "memory.current");
      if (limit) least = std::min(least, left(*limit, used.value_or(0)));
      if (group.empty()) break;
    }
  }
  return least;
}

}  // namespace

std::uint64_t available_address_space() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnlimited;
  const auto pages = number_in("/proc/self/statm");
  return left(limit.rlim_cur,
              pages.value_or(0) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
}

std::uint64_t available_memory(const std::filesystem::path& meminfo,
                               const std::filesystem::path& cgroup_root,
                               const std::filesystem::path& own_cgroup) {
  return std::min(
      {of_machine(meminfo), of_cgroups(cgroup_root, own_cgroup), available_address_space()});
}

std::string bytes_text(double bytes) {
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < kUnits.size(); ++unit) bytes /= 1000;
  return fmt::format("{:.3g} {}", bytes, kUnits[unit]);
}

}  // namespace reprise
