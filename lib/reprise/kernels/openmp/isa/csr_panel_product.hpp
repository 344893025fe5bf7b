// Products of binary sparse matrices and a panel of columns of a dense matrix: the wide first layer
// on sparse samples, and its gradient (openmp/sparse_first_layer.hpp). A term reads a row of `b`
// from the first-level cache, and the sums stay in registers.
#pragma once

#include "reprise/kernels/openmp/isa/vector.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// Row i of the result, for Vectors vectors of columns from column j on.
template <std::size_t Vectors, class T>
[[gnu::always_inline]] inline void multiply_row(const CsrPanelProduct<T>& p, std::size_t i,
                                                std::size_t j) {
  T* const c = p.c + i * p.c_stride + j;
  Vector<T> sum[Vectors];
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    if (p.zero_init) {
      sum[v] = Vector<T>{};
    } else {
      load(sum[v], c + v * kLanes<T>);
    }
  }
  const std::int32_t* const col_idx = p.a.col_idx;
  const T* const b = p.b + j;
  const std::size_t stride = p.b_stride;
  const std::int64_t end = p.a.end(i);
  for (std::int64_t k = p.a.begin(i); k < end; ++k) {
    const T* row = b + static_cast<std::size_t>(col_idx[k]) * stride;
    // Makes GCC 12 use one address for all vectors; one for each took 1.3 times as long.
    asm("" : "+r"(row));
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      Vector<T> term;
      load(term, row + v * kLanes<T>);
      sum[v] = sum[v] + term;
    }
  }
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    if (p.bias != nullptr) {
      Vector<T> bias;
      load(bias, p.bias + j + v * kLanes<T>);
      sum[v] = sum[v] + bias;
    }
    store(sum[v], c + v * kLanes<T>);
  }
}

// The same for one element.
template <class T>
void multiply_element(const CsrPanelProduct<T>& p, std::size_t i, std::size_t j) {
  T& c = p.c[i * p.c_stride + j];
  T sum = p.zero_init ? T(0) : c;
  for (std::int64_t k = p.a.begin(i); k < p.a.end(i); ++k) {
    const T row = p.b[static_cast<std::size_t>(p.a.col_idx[k]) * p.b_stride + j];
    sum = sum + row;
  }
  c = p.bias != nullptr ? sum + p.bias[j] : sum;
}

// Not into the first-level cache, where the values would displace rows of b.
template <class T>
[[gnu::always_inline]] inline void prefetch_ahead(const Ahead<T>& ahead, std::size_t i) {
  const T* const values = ahead.values + i * ahead.step;
  for (std::size_t k = 0; k < ahead.step; k += 64 / sizeof(T)) __builtin_prefetch(values + k, 0, 2);
}

template <class T>
void csr_multiply_panel(const CsrPanelProduct<T>& p, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    std::size_t j = 0;
    prefetch_ahead(p.ahead[0], i);
    prefetch_ahead(p.ahead[1], i);
    for (; j + 8 * kLanes<T> <= p.columns; j += 8 * kLanes<T>) multiply_row<8>(p, i, j);
    for (; j + 4 * kLanes<T> <= p.columns; j += 4 * kLanes<T>) multiply_row<4>(p, i, j);
    for (; j + kLanes<T> <= p.columns; j += kLanes<T>) multiply_row<1>(p, i, j);
    for (; j < p.columns; ++j) multiply_element(p, i, j);
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
