// How much work is worth a thread.
#pragma once

#include <algorithm>
#include <cstddef>

namespace reprise {

// About so many multiply-adds take the time of ten parallel regions (.5 us each on two cores).
inline constexpr std::size_t kWorthARegion = 50000;
// An exponential or a logarithm is worth about so many, a step of an optimizer likewise.
inline constexpr std::size_t kWorkOfExp = 50;
inline constexpr std::size_t kWorkOfStep = 10;
// The book's rows hold about so many ones.
inline constexpr std::size_t kOnesOfARow = 100;
inline constexpr std::size_t kCacheLine = 64;
// From so many columns on a layer on sparse rows is wide.
template <class T>
inline constexpr std::size_t kWide = 4 * kCacheLine / sizeof(T);

// How many items are worth a thread, when one item is `work` multiply-adds.
inline std::size_t grain_for(std::size_t work) {
  return kWorthARegion / std::max<std::size_t>(work, 1) + 1;
}

// How many pieces of `size` cover n.
inline std::size_t pieces_of(std::size_t n, std::size_t size) { return (n + size - 1) / size; }

}  // namespace reprise
