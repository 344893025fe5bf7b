// Cold caches: flushes the memory of a job from the caches of all cores.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprise::bench {

using Memory = std::vector<std::span<const std::byte>>;

// Whether this processor can flush single cache lines. Otherwise make_cold() writes through other
// memory until the last-level cache holds nothing else, which takes milliseconds.
bool flushes_lines();

// Flushes `memory` from all caches. Memory that a backend owns (weights in a library's layout) is
// not flushed. A cache line takes some nanoseconds.
void make_cold(const Memory& memory);

}  // namespace reprise::bench
