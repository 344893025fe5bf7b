// How many processors this process may really use.
#pragma once

#include <filesystem>

namespace reprise {

// The smaller of the affinity mask and the cgroup's CPU quota (v2 cpu.max or v1 cfs files, rounded
// up), at least 1. `cgroup_root` is there for tests.
int available_cpus(const std::filesystem::path& cgroup_root = "/sys/fs/cgroup");

}  // namespace reprise
