// Cold caches: a job's own memory taken out of them, of every core.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprise::bench {

using Memory = std::vector<std::span<const std::byte>>;

// Whether this processor can take single lines out of all caches; else a sweep through other memory
// pushes everything out of the last one, which takes milliseconds.
bool flushes_lines();

// After this no line of `memory` is in any cache; what a backend keeps for itself (weights in a
// library's layout) stays. Lines take some nanoseconds each.
void make_cold(const Memory& memory);

}  // namespace reprise::bench
