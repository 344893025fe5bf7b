// The sums of a Dense layer, computed in blocks of units whose accumulators stay in registers. Each
// unit has its own accumulator and adds its terms in the order of S, whatever the size of the
// block.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "repro/replay/arithmetic.hpp"

namespace reprise::replay {

namespace detail {

// Calls block.template operator()<N>(first) for blocks of 16, 4 and 1 that cover [0, n).
template <class Block>
void in_blocks(std::size_t n, Block&& block) {
  std::size_t first = 0;
  for (; first + 16 <= n; first += 16) block.template operator()<16>(first);
  for (; first + 4 <= n; first += 4) block.template operator()<4>(first);
  for (; first < n; ++first) block.template operator()<1>(first);
}

}  // namespace detail

// out[u] = sum of kernel[k, u] over the indices k that are 1 in a multi-hot row. The kernel is
// row-major with `units` columns.
template <class S>
void sum_of_rows(std::span<const std::int32_t> col_idx, const float* kernel, std::size_t units,
                 float* out) {
  detail::in_blocks(units, [&]<std::size_t N>(std::size_t first) {
    typename S::Accumulator sum[N] = {};
    S::each(col_idx.size(), [&](std::size_t k) {
      const float* row = kernel + static_cast<std::size_t>(col_idx[k]) * units + first;
      for (std::size_t u = 0; u < N; ++u) sum[u] += row[u];
    });
    for (std::size_t u = 0; u < N; ++u) out[first + u] = static_cast<float>(sum[u]);
  });
}

// out[u] = sum over k of x[k] * kernel[k, u].
template <class S>
void product_with(std::span<const float> x, const float* kernel, std::size_t units, float* out) {
  using A = typename S::Accumulator;
  detail::in_blocks(units, [&]<std::size_t N>(std::size_t first) {
    A sum[N] = {};
    S::each(x.size(), [&](std::size_t k) {
      const A factor = x[k];
      const float* row = kernel + k * units + first;
      for (std::size_t u = 0; u < N; ++u) sum[u] += factor * static_cast<A>(row[u]);
    });
    for (std::size_t u = 0; u < N; ++u) out[first + u] = static_cast<float>(sum[u]);
  });
}

// sums[k, u] += x[k] * dz[u], the contribution of one sample to the gradient of a kernel.
template <class A>
void add_outer_product(std::span<const float> x, std::span<const A> dz, A* sums) {
  detail::in_blocks(dz.size(), [&]<std::size_t N>(std::size_t first) {
    A terms[N];  // a copy, which no store can change
    std::copy_n(dz.data() + first, N, terms);
    A* row = sums + first;
    for (const float value : x) {
      const A factor = value;
      for (std::size_t u = 0; u < N; ++u) row[u] += factor * terms[u];
      row += dz.size();
    }
  });
}

// The same for a multi-hot row: sums[k, u] += dz[u] for the indices k that are 1.
template <class A>
void add_to_rows(std::span<const std::int32_t> col_idx, std::span<const A> dz, A* sums) {
  detail::in_blocks(dz.size(), [&]<std::size_t N>(std::size_t first) {
    A terms[N];
    std::copy_n(dz.data() + first, N, terms);
    for (const std::int32_t k : col_idx) {
      A* row = sums + static_cast<std::size_t>(k) * dz.size() + first;
      for (std::size_t u = 0; u < N; ++u) row[u] += terms[u];
    }
  });
}

}  // namespace reprise::replay
