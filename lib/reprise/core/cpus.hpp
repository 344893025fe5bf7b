// The number of CPUs that this process may use, and how its waiting threads were configured.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace reprise {

// The smaller of two limits, at least 1: the CPUs in the affinity mask, or in the places to which
// OpenMP binds threads if the user asked for that; and the CPU quota of this
// process's cgroup and its ancestors (v2 cpu.max or v1 cfs files, rounded up). The parameters exist
// for tests.
int available_cpus(const std::filesystem::path& cgroup_root = "/sys/fs/cgroup",
                   const std::filesystem::path& own_cgroup = "/proc/self/cgroup");

// What the user's OpenMP variables allow, in the syntax that OpenMP defines: a positive number, and
// for OMP_NUM_THREADS also a list like "4,2", whose first number counts. Values that OpenMP ignores
// (empty, 0, words) are empty here; a null pointer stands for a variable that is not set.
std::optional<int> threads_in_list(const char* omp_num_threads);
std::optional<int> threads_in_limit(const char* omp_thread_limit);

// The least of `cpus` and what the variables allow; OMP_MAX_ACTIVE_LEVELS=0 allows one thread.
int threads_within(int cpus, const char* omp_num_threads, const char* omp_thread_limit,
                   const char* omp_max_active_levels);

// The number of threads that a program uses unless the user names one: threads_within() of
// available_cpus() and this process's environment. At least 1.
int default_threads();

// OMP_THREAD_LIMIT of this process's environment; empty if it limits nothing.
std::optional<int> thread_limit();

}  // namespace reprise
