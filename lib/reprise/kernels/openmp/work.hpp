// Estimates of work, in multiply-adds, which decide how many threads a loop uses.
#pragma once

#include <algorithm>
#include <cstddef>

namespace reprise {

// Work that takes about as long as ten parallel regions (.5 us each on two cores).
inline constexpr std::size_t kMinWorkPerThread = 50000;
// The cost of an exponential or a logarithm, and of an optimizer step for one weight.
inline constexpr std::size_t kExpWork = 50;
inline constexpr std::size_t kOptimizerStepWork = 10;
// About how many nonzeros one of the book's sparse samples has.
inline constexpr std::size_t kNonzerosPerRow = 100;
inline constexpr std::size_t kCacheLine = 64;

// The least number of items for a thread, if one item takes `work` multiply-adds.
inline std::size_t grain_for(std::size_t work) {
  return kMinWorkPerThread / std::max<std::size_t>(work, 1) + 1;
}

inline std::size_t ceil_div(std::size_t n, std::size_t size) { return (n + size - 1) / size; }

}  // namespace reprise
