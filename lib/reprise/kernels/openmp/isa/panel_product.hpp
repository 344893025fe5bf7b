// Lists of nonzeros times a panel: the wide first layer on mostly zero samples, and its gradient
// (openmp/panel_layer.hpp).
//
// A term reads a row of the panel from the first-level cache, and the sums stay in registers. So
// this makes as many multiply-adds per cycle as a tile of a dense product, for only 19 % of the
// terms in the case of the MNIST digits. Whether a list ends is mispredicted for nearly every list,
// but the multiply-adds that wait hide it: lists sorted by length were no faster.
#pragma once

#include <type_traits>

#include "reprise/kernels/openmp/isa/vector.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// The vectors whose sums the registers hold at once.
template <class T>
constexpr std::size_t kPanelVectors = kPanelColumns<T> / kLanes<T>;
template <class T>
constexpr std::size_t kPanelSums = kPanelVectors<T> < 8 ? kPanelVectors<T> : 8;

// Stores the sums of columns from j on, plus the bias.
template <std::size_t Vectors, class T, class V>
[[gnu::always_inline]] inline void finish_row(const PanelProduct<T>& p, std::size_t i,
                                              std::size_t j, const V (&sum)[Vectors]) {
  T* const out = p.out + i * p.out_stride + j;
  if (p.columns == kPanelColumns<T>) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      Vector<T> total = sum[v];
      if (p.bias != nullptr) {
        Vector<T> bias;
        load(bias, p.bias + j + v * kLanes<T>);
        total = total + bias;
      }
      store(total, out + v * kLanes<T>);
    }
    return;
  }
  T totals[Vectors * kLanes<T>];
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) store(sum[v], totals + v * kLanes<T>);
  for (std::size_t q = 0; q < Vectors * kLanes<T> && j + q < p.columns; ++q) {
    out[q] = p.bias != nullptr ? totals[q] + p.bias[j + q] : totals[q];
  }
}

template <class T>
void panel_multiply(const PanelProduct<T>& product, std::size_t first, std::size_t last) {
  const PanelProduct<T> p = product;  // a copy, which no store can change
  constexpr std::size_t kVectors = kPanelSums<T>;
  for (std::size_t i = first; i < last; ++i) {
    const PanelTerm<T>* const end = p.terms + p.end[i];
    for (std::size_t j = 0; j < kPanelColumns<T>; j += kVectors * kLanes<T>) {
      T* const c = p.c + i * kPanelColumns<T> + j;
      Vector<T> sum[kVectors];
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) {
        if (p.zero_init) {
          sum[v] = Vector<T>{};
        } else {
          load(sum[v], c + v * kLanes<T>);
        }
      }
      for (const PanelTerm<T>* term = p.terms + p.begin[i]; term < end; ++term) {
        const T* row = p.panel + j + term->offset;
        // Makes GCC 12 use one address for all vectors; one for each took 1.3 times as long.
        asm("" : "+r"(row));
        Vector<T> factor;
        broadcast(factor, term->value);
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kVectors; ++v) {
          Vector<T> values;
          load(values, row + v * kLanes<T>);
          add_fused(sum[v], factor, values);
        }
      }
      if (p.out != nullptr) {
        finish_row(p, i, j, sum);
        continue;
      }
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) store(sum[v], c + v * kLanes<T>);
    }
  }
}

#if defined(__AVX512F__)
std::size_t compress_floats(const float* x, std::size_t n, std::size_t first, float* values,
                            std::uint16_t* columns) {
  const __m512i steps = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  std::size_t count = 0;
  for (std::size_t k = 0; k < n; k += 16) {
    const auto all = static_cast<__mmask16>(n - k < 16 ? (1U << (n - k)) - 1 : 0xffff);
    const __m512 from = _mm512_maskz_loadu_ps(all, x + k);
    const __mmask16 nonzero = _mm512_cmp_ps_mask(from, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    const __m512i numbers =
        _mm512_maskz_add_epi32(0xffff, steps, _mm512_set1_epi32(static_cast<int>(first + k)));
    const __m512i kept = _mm512_maskz_compress_epi32(nonzero, numbers);
    _mm512_storeu_ps(values + count, _mm512_maskz_compress_ps(nonzero, from));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(columns + count),
                        _mm512_maskz_cvtepi32_epi16(0xffff, kept));
    count += static_cast<std::size_t>(__builtin_popcount(nonzero));
  }
  return count;
}
#endif

// Blocks of zeros are frequent in images, and are left out at once.
template <class T>
std::size_t compress(const T* x, std::size_t n, std::size_t first, T* values,
                     std::uint16_t* columns) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<T, float>) return compress_floats(x, n, first, values, columns);
#endif
  constexpr std::size_t kBlock = 16;
  std::size_t count = 0;
  for (std::size_t begin = 0; begin < n; begin += kBlock) {
    const std::size_t end = n - begin < kBlock ? n : begin + kBlock;
    int nonzeros = 0;
    for (std::size_t k = begin; k < end; ++k) nonzeros += x[k] != T(0);
    if (nonzeros == 0) continue;
    for (std::size_t k = begin; k < end; ++k) {
      values[count] = x[k];
      columns[count] = static_cast<std::uint16_t>(first + k);
      count += x[k] != T(0);
    }
  }
  return count;
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
