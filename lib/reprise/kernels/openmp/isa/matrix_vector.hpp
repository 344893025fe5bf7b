// Products with a single column, which the reference sums in four lanes.
#pragma once

#include "reprise/kernels/openmp/isa/product.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// Rows [row, row + Rows). Several rows at once hide the latency of the additions.
template <std::size_t Rows, class T>
void multiply_rows(const Product<T>& p, std::size_t row) {
  Four<T> lanes[Rows] = {};
  const T* const a = p.a + row * p.a_row_stride;
  std::size_t t = 0;
  for (; t + 4 <= p.terms; t += 4) {
    Four<T> factor;
    load(factor, p.b + t);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      Four<T> left;
      load(left, a + r * p.a_row_stride + t);
      add_fused(lanes[r], left, factor);
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
    T lane[4];
    store(lanes[r], lane);
    for (std::size_t l = 0; t + l < p.terms; ++l) {
      lane[l] = fused(a[r * p.a_row_stride + t + l], p.b[t + l], lane[l]);
    }
    const T sum = (lane[0] + lane[2]) + (lane[1] + lane[3]);
    p.c[row + r] = p.bias != nullptr ? sum + p.bias[0] : sum;
  }
}

// The terms of a row of a, and those of b, must be contiguous.
template <class T>
void matrix_vector_product(const Product<T>& p, const Block& block) {
  std::size_t i = block.first_row;
  for (; i + 4 <= block.last_row; i += 4) multiply_rows<4>(p, i);
  for (; i < block.last_row; ++i) multiply_rows<1>(p, i);
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
