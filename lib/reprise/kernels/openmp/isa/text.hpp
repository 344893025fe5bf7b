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
// The vectors of a row that are summed at once in one lane after another.
constexpr std::size_t kTurnVectors = 8;
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

// The sums of Groups groups of lanes from `first_group` on, for Vectors vectors of columns from j
// on: of all four, or of the two in one half.
template <std::size_t Vectors, std::size_t Groups, class Index, class T>
[[gnu::always_inline]] inline void sum_lanes(const LaneProduct<T>& p, std::size_t stride,
                                             std::size_t first_group, std::size_t i, std::size_t j,
                                             const T* bias, T* out) {
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
      const T* row = base[g] + static_cast<std::size_t>(places[g][t]) * stride;
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
      const T* row = base[g] + static_cast<std::size_t>(*place) * stride;
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

// The same, one lane after another, for so many vectors that the additions to one lane's sums hide
// each other's latency. No lane waits for the longest one, and the cache lines of a row of weights
// are requested together: with 64 columns and AVX2 .7 of the time of four passes with two vectors.
template <std::size_t Vectors, std::size_t Groups, class Index, class T>
[[gnu::always_inline]] inline void sum_lanes_in_turn(const LaneProduct<T>& p, std::size_t stride,
                                                     std::size_t first_group, std::size_t i,
                                                     std::size_t j, const T* bias, T* out) {
  const std::int64_t* const ptr = lane_ptr_of(p, i) + first_group;
  const Index* const places = places_of<Index>(p);
  alignas(64) T sums[Groups][Vectors * kLanes<T>];
  for (std::size_t g = 0; g < Groups; ++g) {
    const T* const base = p.group[first_group + g] + j;
    Vector<T> sum[Vectors] = {};
    for (std::int64_t k = ptr[g]; k < ptr[g + 1]; ++k) {
      const T* const row = base + static_cast<std::size_t>(places[k]) * stride;
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) {
        Vector<T> term;
        load(term, row + v * kLanes<T>);
        sum[v] = sum[v] + term;
      }
    }
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) store(sum[v], sums[g] + v * kLanes<T>);
  }
  for (std::size_t c = 0; c < Vectors * kLanes<T>; ++c) {
    T all = sums[0][c] + sums[1][c];
    if constexpr (Groups == 4) all = all + (sums[2][c] + sums[3][c]);
    out[i * p.width + j + c] = bias != nullptr ? all + bias[j + c] : all;
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
  constexpr std::size_t kColumns = kTextVectors * kLanes<T>, kWide = kTurnVectors * kLanes<T>;
  const LaneProduct<T> q = p;  // a copy, which no store can change
  for (std::size_t i = first; i < last; ++i) {
    prefetch_places<Index>(q, i + 4, last, first_group);
    if (q.width == kLanes<T> &&
        q.stride == q.width) {  // known strides take shifts instead of products
      sum_lanes<1, Groups, Index>(q, kLanes<T>, first_group, i, 0, bias, out);
      continue;
    }
    if (q.width == kColumns && q.stride == q.width) {
      sum_lanes<kTextVectors, Groups, Index>(q, kColumns, first_group, i, 0, bias, out);
      continue;
    }
    std::size_t j = 0;
    for (; j + kWide <= q.width; j += kWide) {
      sum_lanes_in_turn<kTurnVectors, Groups, Index>(q, q.stride, first_group, i, j, bias, out);
    }
    for (; j + kColumns <= q.width; j += kColumns) {
      sum_lanes<kTextVectors, Groups, Index>(q, q.stride, first_group, i, j, bias, out);
    }
    for (; j + kLanes<T> <= q.width; j += kLanes<T>) {
      sum_lanes<1, Groups, Index>(q, q.stride, first_group, i, j, bias, out);
    }
    for (; j < q.width; ++j) sum_lanes_of_column<Groups, Index>(q, first_group, i, j, bias, out);
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

// Adds `terms` to the rows of the matrix at the places from k on, until `last` or, if Limited, a
// place that is not below `end_place`. Returns where it stopped. The terms stay in registers.
// Vectors = 0 stands for any width.
//
// Rows of several cache lines are prefetched, because the stores of a row fill the queue before the
// next rows are requested: with 64 columns and AVX2 .8 to .95 of the time.
template <std::size_t Vectors, bool Limited, class Index, class T>
[[gnu::always_inline]] inline const Index* add_to_places(const Index* k, const Index* last,
                                                         std::size_t end_place, T* base,
                                                         std::size_t stride, const T* terms,
                                                         std::size_t width) {
  Vector<T> term[Vectors + 1];  // one more, because Vectors may be 0
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) load(term[v], terms + v * kLanes<T>);
  for (; k != last; ++k) {
    if (Limited && static_cast<std::size_t>(*k) >= end_place) break;
    T* const to = base + static_cast<std::size_t>(*k) * stride;
    if constexpr (Vectors * kVectorBytes > 64) {
      constexpr std::ptrdiff_t kAhead = 4;
      const Index* const next = last - k > kAhead ? k + kAhead : k;
      const T* const row = base + static_cast<std::size_t>(*next) * stride;
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors * kLanes<T>; v += 64 / sizeof(T)) {
        __builtin_prefetch(row + v, 1);
      }
    }
    if constexpr (Vectors == 0) {
      for (std::size_t j = 0; j < width; ++j) to[j] = to[j] + terms[j];
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
  return k;
}

template <std::size_t Vectors, bool Limited, class Index, class T>
void scatter_lanes_of(const LaneProduct<T>& p, const LaneRange& range, const T* dz, std::size_t n) {
  const LaneProduct<T> q = p;  // copies, which no store can change
  const LaneRange lanes = range;
  const std::size_t first_group = lanes.first_group, last_group = lanes.last_group;
  const Index* const places = places_of<Index>(q);
  // all groups are in one array, and their places ascend
  const bool one_array = Vectors > 0 && q.stride == Vectors * kLanes<T>;
  for (std::size_t i = 0; i < n; ++i) {
    prefetch_places<Index>(q, i + 4, n, first_group);
    const std::int64_t* const ptr = lane_ptr_of(q, i);
    const T* const terms = dz + i * q.width;
    if (Limited || one_array) {
      const Index* const first = places + (Limited ? lanes.next[i] : ptr[first_group]);
      const Index* const stop = add_to_places<Vectors, Limited>(
          first, places + ptr[last_group], lanes.end_place, q.group[0],
          one_array ? Vectors * kLanes<T> : q.stride, terms, q.width);
      if (Limited) lanes.next[i] = stop - places;
      continue;
    }
    for (std::size_t g = first_group; g < last_group; ++g) {
      add_to_places<Vectors, false>(places + ptr[g], places + ptr[g + 1], 0, q.group[g], q.stride,
                                    terms, q.width);
    }
  }
}

template <bool Limited, class Index, class T>
void scatter_lanes_by(const LaneProduct<T>& p, const LaneRange& range, const T* dz, std::size_t n) {
  const auto run = p.width == kLanes<T>       ? scatter_lanes_of<1, Limited, Index, T>
                   : p.width == 2 * kLanes<T> ? scatter_lanes_of<2, Limited, Index, T>
                   : p.width == 4 * kLanes<T> ? scatter_lanes_of<4, Limited, Index, T>
                   : p.width == 8 * kLanes<T> ? scatter_lanes_of<8, Limited, Index, T>
                                              : scatter_lanes_of<0, Limited, Index, T>;
  run(p, range, dz, n);
}

template <class T>
void scatter_lanes(const LaneProduct<T>& p, const LaneRange& range, const T* dz, std::size_t n) {
  const bool narrow = p.a.places16 != nullptr, limited = range.next != nullptr;
  const auto run = narrow ? (limited ? scatter_lanes_by<true, std::uint16_t, T>
                                     : scatter_lanes_by<false, std::uint16_t, T>)
                          : (limited ? scatter_lanes_by<true, std::int32_t, T>
                                     : scatter_lanes_by<false, std::int32_t, T>);
  run(p, range, dz, n);
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
