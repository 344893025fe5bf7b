// Where a row of a sparse matrix in lanes (core/csr_lanes.hpp) has its ones, for lane_product.hpp
// and lane_scatter.hpp.
#pragma once

#include "reprise/kernels/openmp/isa/vector.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise::REPRISE_ISA {
namespace {

template <class Index, class T>
[[gnu::always_inline]] inline const Index* places_of(const LaneProduct<T>& p) {
  if constexpr (sizeof(Index) == sizeof(std::uint16_t)) {
    return p.a.places16;
  } else {
    return p.a.places32;
  }
}

template <class T>
[[gnu::always_inline]] inline const std::int64_t* lane_ptr_of(const LaneProduct<T>& p,
                                                              std::size_t i) {
  return p.a.ptr + kSumLanes * (p.rows != nullptr ? static_cast<std::size_t>(p.rows[i]) : i);
}

// Prefetches the places of batch row `next` from those of group `first_group` on: shuffled samples
// are scattered over megabytes. The number of lines is fixed, the mean of the reviews, because a
// loop of as many lines as there are would be mispredicted in every row.
template <class Index, class T>
[[gnu::always_inline]] inline void prefetch_places(const LaneProduct<T>& p, std::size_t next,
                                                   std::size_t last, std::size_t first_group) {
  constexpr std::size_t kLine = 64 / sizeof(Index);
  constexpr std::size_t kPlaces = 144;
  if (next + 4 < last) __builtin_prefetch(lane_ptr_of(p, next + 4));
  if (next >= last) return;
  const Index* const places = places_of<Index>(p) + lane_ptr_of(p, next)[first_group];
#pragma GCC unroll 9
  for (std::size_t k = 0; k < kPlaces; k += kLine) __builtin_prefetch(places + k);
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
