#include "reprise/core/cpus.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

namespace reprise {

namespace {

int cpus_of_affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set);
}

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

}  // namespace reprise
