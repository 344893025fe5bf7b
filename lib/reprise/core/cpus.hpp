// How many processors this process may really use, and who says how its threads wait.
#pragma once

#include <filesystem>

namespace reprise {

// The smaller of the affinity mask and the CPU quota of this process's cgroup and all above it (v2
// cpu.max or v1 cfs files, rounded up), at least 1. The parameters are there for tests.
int available_cpus(const std::filesystem::path& cgroup_root = "/sys/fs/cgroup",
                   const std::filesystem::path& own_cgroup = "/proc/self/cgroup");

// Set in the environment of a program that has started itself again with OMP_WAIT_POLICY=passive
// (lib/cli/run_main.cpp): the policy is then none of the user's, and none for its children.
inline constexpr const char* kOwnWaitPolicy = "REPRISE_OWN_WAIT_POLICY";

}  // namespace reprise
