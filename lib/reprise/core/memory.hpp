// The memory that this process can still get.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace reprise {

// Bytes: the least of MemAvailable (/proc/meminfo), what the process's cgroups leave (v2
// memory.max, less memory.current, of the group and its ancestors) and what the limit of the
// address space leaves. The largest number if nothing is known. The parameters exist for tests.
std::uint64_t available_memory(const std::filesystem::path& meminfo = "/proc/meminfo",
                               const std::filesystem::path& cgroup_root = "/sys/fs/cgroup",
                               const std::filesystem::path& own_cgroup = "/proc/self/cgroup");

// Bytes that the limit of the address space (ulimit -v) leaves; the largest number without a limit.
std::uint64_t available_address_space();

// "3.1 GB"
std::string bytes_text(double bytes);

}  // namespace reprise
