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

// Processors that quota/period buys, or 0 where there is no limit.
int cpus_of_quota(double quota, double period) {
  if (quota <= 0 || period <= 0) return 0;
  return static_cast<int>(std::ceil(quota / period));
}

int cpus_of_cgroup(const std::filesystem::path& root) {
  // cpu.max reads "max 100000" or "150000 100000", in microseconds.
  std::string quota;
  double period = 0;
  if (std::ifstream file(root / "cpu.max"); file >> quota >> period) {
    return quota == "max" ? 0 : cpus_of_quota(std::atof(quota.c_str()), period);
  }
  double quota_v1 = 0;
  std::ifstream quota_file(root / "cpu/cpu.cfs_quota_us");
  std::ifstream period_file(root / "cpu/cpu.cfs_period_us");
  if (quota_file >> quota_v1 && period_file >> period) return cpus_of_quota(quota_v1, period);
  return 0;
}

}  // namespace

int available_cpus(const std::filesystem::path& cgroup_root) {
  int cpus = cpus_of_affinity();
  const int limit = cpus_of_cgroup(cgroup_root);
  if (limit > 0) cpus = std::min(cpus, limit);
  return std::max(cpus, 1);
}

}  // namespace reprise
