// Narrow products of binary sparse matrices and dense ones: the first layer on texts. A row of a
// product is a sum of the dense matrix's rows, taken in four lanes (core/csr_lanes.hpp).
//
// The four lanes of a row advance side by side, so that four additions are under way although each
// lane adds in its own order. Beyond the end of a lane that is shorter than the longest one, rows
// of zeros are added, which changes no sum: a sum that starts at 0 is never -0.
#pragma once

#include "reprise/kernels/openmp/isa/vector.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// The vectors of a row that are summed at once, in four lanes each.
constexpr std::size_t kTextVectors = kVectorBytes == 64 ? 4 : 2;
alignas(64) constexpr char kZeroRow[kTextVectors * kVectorBytes] = {};

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

// Prefetches the places of batch row `next`: shuffled samples are scattered over megabytes.
template <class Index, class T>
[[gnu::always_inline]] inline void prefetch_places(const LaneProduct<T>& p, std::size_t next,
                                                   std::size_t last, std::size_t first_group,
                                                   std::size_t last_group) {
  constexpr std::int64_t kPlacesPerLine = 64 / sizeof(Index);
  if (next + 4 < last) __builtin_prefetch(lane_ptr_of(p, next + 4));
  if (next >= last) return;
  const std::int64_t* const ptr = lane_ptr_of(p, next);
  for (std::int64_t k = ptr[first_group]; k < ptr[last_group]; k += kPlacesPerLine) {
    __builtin_prefetch(places_of<Index>(p) + k);
  }
}

// The sums of Groups groups of lanes from `first_group` on, for Vectors vectors of columns from j
// on: of all four, or of the two in one half.
template <std::size_t Vectors, std::size_t Groups, class Index, class T>
[[gnu::always_inline]] inline void sum_lanes(const LaneProduct<T>& p, std::size_t first_group,
                                             std::size_t i, std::size_t j, const T* bias, T* out) {
  const std::int64_t* const ptr = lane_ptr_of(p, i) + first_group;
  const T* const zeros = reinterpret_cast<const T*>(kZeroRow);
  static constexpr Index none = 0;
  const Index* places[Groups];
  const T* base[Groups];
  std::int64_t length[Groups], shortest = ptr[1] - ptr[0], longest = shortest;
#pragma GCC unroll 4
  for (std::size_t g = 0; g < Groups; ++g) {
    places[g] = places_of<Index>(p) + ptr[g];
    base[g] = p.group[first_group + g] + j;
    length[g] = ptr[g + 1] - ptr[g];
    shortest = length[g] < shortest ? length[g] : shortest;
    longest = length[g] > longest ? length[g] : longest;
  }
  Vector<T> sum[Groups][Vectors] = {};
  for (std::int64_t t = 0; t < shortest; ++t) {
#pragma GCC unroll 4
    for (std::size_t g = 0; g < Groups; ++g) {
      const T* row = base[g] + static_cast<std::size_t>(places[g][t]) * p.stride;
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) {
        Vector<T> term;
        load(term, row + v * kLanes<T>);
        sum[g][v] = sum[g][v] + term;
      }
    }
  }
  for (std::int64_t t = shortest; t < longest; ++t) {
#pragma GCC unroll 4
    for (std::size_t g = 0; g < Groups; ++g) {
      const bool exists = t < length[g];
      const Index* const place = exists ? places[g] + t : &none;
      const T* row = base[g] + static_cast<std::size_t>(*place) * p.stride;
      row = exists ? row : zeros;
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) {
        Vector<T> term;
        load(term, row + v * kLanes<T>);
        sum[g][v] = sum[g][v] + term;
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    Vector<T> all = sum[0][v] + sum[1][v];
    if constexpr (Groups == 4) all = all + (sum[2][v] + sum[3][v]);
    if (bias != nullptr) {
      Vector<T> term;
      load(term, bias + j + v * kLanes<T>);
      all = all + term;
    }
    store(all, out + i * p.width + j + v * kLanes<T>);
  }
}

// The same for one column.
template <std::size_t Groups, class Index, class T>
void sum_lanes_of_column(const LaneProduct<T>& p, std::size_t first_group, std::size_t i,
                         std::size_t j, const T* bias, T* out) {
  const std::int64_t* const ptr = lane_ptr_of(p, i) + first_group;
  T sum[Groups] = {};
  for (std::size_t g = 0; g < Groups; ++g) {
    for (std::int64_t k = ptr[g]; k < ptr[g + 1]; ++k) {
      sum[g] =
          sum[g] +
          p.group[first_group + g][static_cast<std::size_t>(places_of<Index>(p)[k]) * p.stride + j];
    }
  }
  T all = sum[0] + sum[1];
  if constexpr (Groups == 4) all = all + (sum[2] + sum[3]);
  out[i * p.width + j] = bias != nullptr ? all + bias[j] : all;
}

template <std::size_t Groups, class Index, class T>
void multiply_lanes_of(const LaneProduct<T>& p, std::size_t first_group, const T* bias, T* out,
                       std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    prefetch_places<Index>(p, i + 4, last, first_group, first_group + Groups);
    std::size_t j = 0;
    for (; j + kTextVectors * kLanes<T> <= p.width; j += kTextVectors * kLanes<T>) {
      sum_lanes<kTextVectors, Groups, Index>(p, first_group, i, j, bias, out);
    }
    for (; j + kLanes<T> <= p.width; j += kLanes<T>) {
      sum_lanes<1, Groups, Index>(p, first_group, i, j, bias, out);
    }
    for (; j < p.width; ++j) sum_lanes_of_column<Groups, Index>(p, first_group, i, j, bias, out);
  }
}

// z, or the sum of one half of its lanes.
template <class T>
void multiply_lanes(const LaneProduct<T>& p, LaneHalves halves, const T* bias, T* out,
                    std::size_t first, std::size_t last) {
  const bool narrow = p.a.places16 != nullptr;
  if (halves == LaneHalves::both) {
    const auto run =
        narrow ? multiply_lanes_of<4, std::uint16_t, T> : multiply_lanes_of<4, std::int32_t, T>;
    run(p, 0, bias, out, first, last);
  } else {
    const auto run =
        narrow ? multiply_lanes_of<2, std::uint16_t, T> : multiply_lanes_of<2, std::int32_t, T>;
    run(p, halves == LaneHalves::even ? 0 : 2, bias, out, first, last);
  }
}

// z = even + odd + bias for rows [first, last).
template <class T>
void add_halves(const T* even, const T* odd, const T* bias, std::size_t width, std::size_t first,
                std::size_t last, T* z) {
  for (std::size_t i = first * width; i < last * width; i += width) {
    const T* __restrict a = even + i;
    const T* __restrict b = odd + i;
    T* __restrict to = z + i;
    if (bias != nullptr) {
      for (std::size_t j = 0; j < width; ++j) to[j] = (a[j] + b[j]) + bias[j];
    } else {
      for (std::size_t j = 0; j < width; ++j) to[j] = a[j] + b[j];
    }
  }
}

// Adds row i of dz to the rows of the matrix that the ones in groups [first_group, last_group) of
// row i select. The row stays in registers. Vectors = 0 stands for any width.
template <std::size_t Vectors, class Index, class T>
void scatter_lanes_of(const LaneProduct<T>& p, std::size_t first_group, std::size_t last_group,
                      const T* dz, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    prefetch_places<Index>(p, i + 2, n, first_group, last_group);
    const std::int64_t* const ptr = lane_ptr_of(p, i);
    const T* const terms = dz + i * p.width;
    Vector<T> term[Vectors + 1];  // one more, because Vectors may be 0
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) load(term[v], terms + v * kLanes<T>);
    // all groups at once if their rows lie in one array
    const std::size_t step = p.group[0] == p.group[1] ? last_group - first_group : 1;
    for (std::size_t g = first_group; g < last_group; g += step) {
      T* const base = p.group[g];
      for (std::int64_t k = ptr[g]; k < ptr[g + step]; ++k) {
        T* const to = base + static_cast<std::size_t>(places_of<Index>(p)[k]) * p.stride;
        if constexpr (Vectors == 0) {
          for (std::size_t j = 0; j < p.width; ++j) to[j] = to[j] + terms[j];
        } else {
#pragma GCC unroll 8
          for (std::size_t v = 0; v < Vectors; ++v) {
            Vector<T> sum;
            load(sum, to + v * kLanes<T>);
            sum = sum + term[v];
            store(sum, to + v * kLanes<T>);
          }
        }
      }
    }
  }
}

template <class Index, class T>
void scatter_lanes_by(const LaneProduct<T>& p, std::size_t first_group, std::size_t last_group,
                      const T* dz, std::size_t n) {
  const auto run = p.width == kLanes<T>       ? scatter_lanes_of<1, Index, T>
                   : p.width == 2 * kLanes<T> ? scatter_lanes_of<2, Index, T>
                   : p.width == 4 * kLanes<T> ? scatter_lanes_of<4, Index, T>
                   : p.width == 8 * kLanes<T> ? scatter_lanes_of<8, Index, T>
                                              : scatter_lanes_of<0, Index, T>;
  run(p, first_group, last_group, dz, n);
}

template <class T>
void scatter_lanes(const LaneProduct<T>& p, std::size_t first_group, std::size_t last_group,
                   const T* dz, std::size_t n) {
  const auto run = p.a.places16 != nullptr ? scatter_lanes_by<std::uint16_t, T>
                                           : scatter_lanes_by<std::int32_t, T>;
  run(p, first_group, last_group, dz, n);
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
