// The sizes of the processor's caches.
#pragma once

#include <cstddef>
#include <filesystem>

namespace reprise {

// Bytes of the data or unified cache of level 1, 2 or 3 that the first CPU uses, as Linux tells
// them in /sys, else as the C library does; 0 if neither knows. The C library may report the third
// level of the whole host for a virtual machine that has a part of it: 256 MB where Linux says 32
// (AMD EPYC, glibc 2.36). The parameter exists for tests.
std::size_t cache_bytes(int level,
                        const std::filesystem::path& folder = "/sys/devices/system/cpu/cpu0/cache");

// The same without the C library: 0 if Linux does not tell.
std::size_t linux_cache_bytes(int level, const std::filesystem::path& folder);

// Returns the sum of the last-level caches that the processors of allowed_processors() use, each
// counted once. If Linux does not say which processors share one, returns cache_bytes(3).
std::size_t last_cache_bytes(const std::filesystem::path& folder = "/sys/devices/system/cpu");

}  // namespace reprise
