#include "reprise/core/cpus.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>

#include "reprise/core/processors.hpp"

namespace reprise {

namespace {

int cpus_of_affinity() { return std::max(1, static_cast<int>(allowed_processors().size())); }

// The number of CPUs that a quota of `quota` per `period` allows, rounded up; 0 means no limit.
int cpus_of_quota(double quota, double period) {
  if (!(quota > 0 && period > 0 && quota / period <= CPU_SETSIZE)) return 0;
  return static_cast<int>(std::ceil(quota / period));
}

// The number of CPUs that the cgroup in this directory allows; 0 means no limit.
int cpus_of_folder(const std::filesystem::path& folder) {
  // cpu.max reads "max 100000" or "150000 100000", in microseconds.
  std::string quota;
  double period = 0;
  if (std::ifstream file(folder / "cpu.max"); file >> quota >> period) {
    return quota == "max" ? 0 : cpus_of_quota(std::atof(quota.c_str()), period);
  }
  double quota_v1 = 0;
  std::ifstream quota_file(folder / "cpu/cpu.cfs_quota_us");
  std::ifstream period_file(folder / "cpu/cpu.cfs_period_us");
  if (quota_file >> quota_v1 && period_file >> period) return cpus_of_quota(quota_v1, period);
  return 0;
}

// The smallest limit of this process's cgroup and its ancestors; 0 means no limit. In version 2 the
// cgroup's line in /proc/self/cgroup begins with "0::/".
int cpus_of_cgroups(const std::filesystem::path& root, const std::filesystem::path& own) {
  std::string path;
  std::ifstream file(own);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) path = line.substr(4);
  }
  int limit = 0;
  for (std::filesystem::path folder = path;; folder = folder.parent_path()) {
    const int cpus = cpus_of_folder(root / folder);
    if (cpus > 0) limit = limit == 0 ? cpus : std::min(limit, cpus);
    if (folder.empty()) return limit;
  }
}

}  // namespace

int available_cpus(const std::filesystem::path& cgroup_root,
                   const std::filesystem::path& own_cgroup) {
  int cpus = cpus_of_affinity();
  const int limit = cpus_of_cgroups(cgroup_root, own_cgroup);
  if (limit > 0) cpus = std::min(cpus, limit);
  return std::max(cpus, 1);
}

namespace {

// The whole number, possibly between blanks, that the text is; numbers that no int holds become the
// largest int.
std::optional<int> whole_number(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  text = text.substr(first, text.find_last_not_of(" \t\n") + 1 - first);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return {};
  if (error == std::errc::result_out_of_range) {
    return text.starts_with('-') ? std::nullopt : std::optional(std::numeric_limits<int>::max());
  }
  return value;
}

std::optional<int> positive(std::optional<int> value) {
  return value && *value > 0 ? value : std::nullopt;
}

}  // namespace

std::optional<int> threads_in_list(const char* omp_num_threads) {
  if (omp_num_threads == nullptr) return {};
  // OpenMP ignores the whole list if one of its numbers is none
  std::string_view rest = omp_num_threads;
  std::optional<int> first;
  while (true) {
    const std::size_t comma = rest.find(',');
    const auto number = positive(whole_number(rest.substr(0, comma)));
    if (!number) return {};
    if (!first) first = number;
    if (comma == std::string_view::npos) return first;
    rest.remove_prefix(comma + 1);
  }
}

std::optional<int> threads_in_limit(const char* omp_thread_limit) {
  if (omp_thread_limit == nullptr) return {};
  return positive(whole_number(omp_thread_limit));
}

int threads_within(int cpus, const char* omp_num_threads, const char* omp_thread_limit,
                   const char* omp_max_active_levels) {
  if (omp_max_active_levels != nullptr && whole_number(omp_max_active_levels) == 0) return 1;
  const int wanted = threads_in_list(omp_num_threads).value_or(cpus);
  const int limit = threads_in_limit(omp_thread_limit).value_or(cpus);
  return std::max(1, std::min({cpus, wanted, limit}));
}

int default_threads() {
  return threads_within(available_cpus(), std::getenv("OMP_NUM_THREADS"),
                        std::getenv("OMP_THREAD_LIMIT"), std::getenv("OMP_MAX_ACTIVE_LEVELS"));
}

std::optional<int> thread_limit() { return threads_in_limit(std::getenv("OMP_THREAD_LIMIT")); }

}  // namespace reprise
