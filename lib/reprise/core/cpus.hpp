// The number of CPUs that this process may use, and how its waiting threads were configured.
#pragma once

#include <filesystem>

namespace reprise {

// The smaller of two limits, at least 1: the CPUs in the affinity mask, and the CPU quota of this
// process's cgroup and its ancestors (v2 cpu.max or v1 cfs files, rounded up). The parameters exist
// for tests.
int available_cpus(const std::filesystem::path& cgroup_root = "/sys/fs/cgroup",
                   const std::filesystem::path& own_cgroup = "/proc/self/cgroup");

// The environment variable that a program sets when it restarts itself with
// OMP_WAIT_POLICY=passive (lib/cli/run_main.cpp). It tells that the user did not choose the policy,
// so that child processes do not inherit it.
inline constexpr const char* kOwnWaitPolicy = "REPRISE_OWN_WAIT_POLICY";

}  // namespace reprise
