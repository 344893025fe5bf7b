// The operations of batch1.hpp on the rows of a kernel.
#pragma once

#include "reprise/kernels/openmp/isa/rmsprop.hpp"
#include "reprise/kernels/openmp/isa/row_dots.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// z[j] = sum of x[k] row k over the first n live k, for Vectors vectors from j on.
template <std::size_t Vectors, class T>
[[gnu::always_inline]] inline void add_rows(const Batch1Layer<T>& layer, std::size_t n,
                                            std::size_t j) {
  Vector<T> sum[Vectors] = {};
  const T* const rows = layer.rows + j;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t k = layer.live[i];
    const T* const row = rows + k * layer.stride;
    Vector<T> left;
    broadcast(left, layer.x[k]);
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      Vector<T> right;
      load(right, row + v * kLanes<T>);
      add_fused(sum[v], left, right);
    }
  }
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) store(sum[v], layer.z + j + v * kLanes<T>);
}

template <class T>
void add_rows(const Batch1Layer<T>& layer, std::size_t n) {
  std::size_t j = 0;
  for (; j + 8 * kLanes<T> <= layer.width; j += 8 * kLanes<T>) add_rows<8>(layer, n, j);
  for (; j + 4 * kLanes<T> <= layer.width; j += 4 * kLanes<T>) add_rows<4>(layer, n, j);
  for (; j < layer.width; j += kLanes<T>) add_rows<1>(layer, n, j);
}

// z of a layer with one unit: a sum in four lanes, as in four_lane_dot, plus the bias.
template <class T>
void add_one_column(const Batch1Layer<T>& layer) {
  Four<T> lanes = {};
  for (std::size_t k = 0; k + 4 <= layer.inputs; k += 4) {
    Four<T> left, right;
    load(left, layer.x + k);
    load(right, layer.rows + k);
    add_fused(lanes, left, right);
  }
  for (std::size_t k = layer.inputs / 4 * 4, l = 0; k < layer.inputs; ++k, ++l) {
    lanes[l] = fused(layer.x[k], layer.rows[k], lanes[l]);
  }
  const T sum = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
  layer.z[0] = layer.terms > layer.inputs ? sum + layer.rows[layer.inputs] : sum;
}

// Lists the nonzero ones of x[0] .. x[terms - 1] in `live` and the others in `dead`, which have
// room for a vector more. Returns the number of live ones.
template <class T>
std::size_t find_live(const Batch1Layer<T>& layer) {
  std::size_t live = 0, dead = 0, k = 0;
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == sizeof(float)) {
    __m512i indexes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    for (; k < layer.terms; k += 16, indexes = _mm512_add_epi32(indexes, _mm512_set1_epi32(16))) {
      const unsigned there = layer.terms - k < 16 ? (1u << (layer.terms - k)) - 1 : 0xffffu;
      const unsigned zeros =
          _mm512_cmp_ps_mask(_mm512_loadu_ps(layer.x + k), _mm512_setzero_ps(), _CMP_EQ_OQ);
      const auto is_live = static_cast<__mmask16>(~zeros & there);
      const auto is_dead = static_cast<__mmask16>(zeros & there);
      _mm512_storeu_si512(layer.live + live, _mm512_maskz_compress_epi32(is_live, indexes));
      _mm512_storeu_si512(layer.dead + dead, _mm512_maskz_compress_epi32(is_dead, indexes));
      live += static_cast<unsigned>(__builtin_popcount(is_live));
      dead += static_cast<unsigned>(__builtin_popcount(is_dead));
    }
    return live;
  }
#endif
#if defined(__FMA__)
  if constexpr (sizeof(T) == sizeof(float)) {
    for (; k < layer.terms; k += 8) {
      const __m256 x = _mm256_loadu_ps(layer.x + k);
      const __m256 is_zero = _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_EQ_OQ);
      const unsigned there = layer.terms - k < 8 ? (1u << (layer.terms - k)) - 1 : 255u;
      const auto zeros = static_cast<unsigned>(_mm256_movemask_ps(is_zero));
      for (unsigned m = ~zeros & there; m != 0; m &= m - 1) {
        layer.live[live++] =
            static_cast<std::uint32_t>(k) + static_cast<unsigned>(__builtin_ctz(m));
      }
      for (unsigned m = zeros & there; m != 0; m &= m - 1) {
        layer.dead[dead++] =
            static_cast<std::uint32_t>(k) + static_cast<unsigned>(__builtin_ctz(m));
      }
    }
    return live;
  }
#endif
  for (; k < layer.terms; ++k) {
    if (layer.x[k] != T(0)) {
      layer.live[live++] = static_cast<std::uint32_t>(k);
    } else {
      layer.dead[dead++] = static_cast<std::uint32_t>(k);
    }
  }
  return live;
}

// An optimizer step for `width` weights whose gradients are scale times vector, in a sum
// that starts at 0 as the reference's does: fma(a, b, 0) is 0 where a b is -0.
template <class T, class Formula>
[[gnu::always_inline]] inline void step_row(const Formula& formula, T* row, std::size_t width,
                                            T scale, const T* vector) {
#if defined(__FMA__)
  if constexpr (std::is_base_of_v<BookFormula, Formula>) {
    constexpr bool mixed = std::is_same_v<Formula, BookFormula>;
    constexpr std::size_t kPair = 2 * kLanes<T>;
    std::size_t j = 0;
    for (; formula.epsilon >= kLeastEpsilon && j + kPair <= width; j += kPair) {
      step_of_product<false>(formula, row + j, width, scale, vector + j);
      step_of_product<mixed>(formula, row + j + kLanes<T>, width, scale, vector + j + kLanes<T>);
    }
    for (; j < width; j += kLanes<T>) {
      step_of_product<false>(formula, row + j, width, scale, vector + j);
    }
    return;
  }
#endif
  T* __restrict w = row;
  T* __restrict slots = row + width;
  const T* __restrict v = vector;
  for (std::size_t j = 0; j < width; ++j) {
    T state[Formula::slots + 1];  // one more, because a formula may have no slots
    for (std::size_t s = 0; s < Formula::slots; ++s) state[s] = slots[s * width + j];
    formula(w[j], fused_product(scale, v[j]), state);
    for (std::size_t s = 0; s < Formula::slots; ++s) slots[s * width + j] = state[s];
  }
}

// For the listed rows: computes dx unless it is null, then makes an optimizer step.
template <class T, class Formula>
void step_rows(const Formula& formula, const Batch1Layer<T>& layer, const std::uint32_t* list,
               std::size_t n, T* dx) {
  for (std::size_t begin = 0; begin < n; begin += kDotRows) {
    const std::size_t end = n - begin < kDotRows ? n : begin + kDotRows;
    if (dx != nullptr) {
      // rows and dz are padded with zeros to whole vectors
      dot_rows(
          end - begin, layer.width, layer.dz,
          [&](std::size_t i) { return layer.rows + list[begin + i] * layer.stride; },
          [&](std::size_t i, T sum) { dx[list[begin + i]] = sum; });
    }
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t k = list[i];
      step_row(formula, layer.rows + k * layer.stride, layer.width, layer.x[k], layer.dz);
    }
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
