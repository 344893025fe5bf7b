// Narrow products of binary sparse matrices and dense ones: the first layer on texts. A row of a
// product is a sum of the dense matrix's rows, taken in four lanes (core/csr_lanes.hpp).
//
// The four lanes of a row advance side by side, so that four additions are under way although each
// lane adds in its own order. Beyond the end of a lane that is shorter than the longest one, rows
// of zeros are added, which changes no sum: a sum that starts at 0 is never -0.
#pragma once

#include "reprise/kernels/openmp/isa/lane_places.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// The vectors of a row that are summed at once, in four lanes each.
constexpr std::size_t kLaneVectors = kVectorBytes == 64 ? 4 : 2;
// The vectors of a row that are summed at once in one lane after another.
constexpr std::size_t kTurnVectors = 8;
alignas(64) constexpr char kZeroRow[kLaneVectors * kVectorBytes] = {};

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
  constexpr std::size_t kColumns = kLaneVectors * kLanes<T>, kWide = kTurnVectors * kLanes<T>;
  const LaneProduct<T> q = p;  // a copy, which no store can change
  for (std::size_t i = first; i < last; ++i) {
    prefetch_places<Index>(q, i + 4, last, first_group);
    if (q.width == kLanes<T> &&
        q.stride == q.width) {  // known strides take shifts instead of products
      sum_lanes<1, Groups, Index>(q, kLanes<T>, first_group, i, 0, bias, out);
      continue;
    }
    if (q.width == kColumns && q.stride == q.width) {
      sum_lanes<kLaneVectors, Groups, Index>(q, kColumns, first_group, i, 0, bias, out);
      continue;
    }
    std::size_t j = 0;
    for (; j + kWide <= q.width; j += kWide) {
      sum_lanes_in_turn<kTurnVectors, Groups, Index>(q, q.stride, first_group, i, j, bias, out);
    }
    for (; j + kColumns <= q.width; j += kColumns) {
      sum_lanes<kLaneVectors, Groups, Index>(q, q.stride, first_group, i, j, bias, out);
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

}  // namespace
}  // namespace reprise::REPRISE_ISA
