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
    for (std::size_t l = 0; t + l < p.terms; ++l) {
      lanes[r][l] = fused(a[r * p.a_row_stride + t + l], p.b[t + l], lanes[r][l]);
    }
  }
  const T bias = p.bias != nullptr ? p.bias[0] : T(0);
  if constexpr (Rows == 4) {
    using Indexes = Four<std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>>;
    // lanes 0 + 2 and 1 + 3 of two rows
    const auto pairs = [](const Four<T>& x, const Four<T>& y) {
      return __builtin_shuffle(x, y, Indexes{0, 1, 4, 5}) +
             __builtin_shuffle(x, y, Indexes{2, 3, 6, 7});
    };
    const Four<T> upper = pairs(lanes[0], lanes[1]), lower = pairs(lanes[2], lanes[3]);
    Four<T> sums = __builtin_shuffle(upper, lower, Indexes{0, 2, 4, 6}) +
                   __builtin_shuffle(upper, lower, Indexes{1, 3, 5, 7});
    if (p.bias != nullptr) sums = sums + bias;
    store(sums, p.c + row);
  } else {
    for (std::size_t r = 0; r < Rows; ++r) {
      const T sum = (lanes[r][0] + lanes[r][2]) + (lanes[r][1] + lanes[r][3]);
      p.c[row + r] = p.bias != nullptr ? sum + bias : sum;
    }
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
