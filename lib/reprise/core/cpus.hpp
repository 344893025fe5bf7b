// How many processors this process may really use.
#pragma once

#include <filesystem>

namespace reprise {

// The smaller of the affinity mask and the CPU quota of this process's cgroup and all above it (v2
// cpu.max or v1 cfs files, rounded up), at least 1. The parameters are there for tests.
int available_cpus(const std::filesystem::path& cgroup_root = "/sys/fs/cgroup",
                   const std::filesystem::path& own_cgroup = "/proc/self/cgroup");

}  // namespace reprise
