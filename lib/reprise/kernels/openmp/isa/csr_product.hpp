// Products of binary sparse matrices and wide dense ones, which are sums of the dense matrix's
// rows; and the sum over all rows, for the bias.
#pragma once

#include "reprise/kernels/openmp/isa/product.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// c[j] = sum of b[*k * stride + j] for k from first to last, + bias[j], for Vectors vectors of j.
template <std::size_t Vectors, class T>
void sum_indexed_rows(const std::int32_t* k, const std::int32_t* last, const T* b,
                      std::size_t stride, const T* bias, T* c) {
  Vector<T> sum[Vectors] = {};
  for (; k != last; ++k) {
    const T* const row = b + static_cast<std::size_t>(*k) * stride;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      Vector<T> term;
      load(term, row + v * kLanes<T>);
      sum[v] = sum[v] + term;
    }
  }
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    if (bias != nullptr) {
      Vector<T> term;
      load(term, bias + v * kLanes<T>);
      sum[v] = sum[v] + term;
    }
    store(sum[v], c + v * kLanes<T>);
  }
}

// The same for any number of columns.
template <class T>
void sum_indexed_rows_of(std::size_t columns, const std::int32_t* first, const std::int32_t* last,
                         const T* b, std::size_t stride, const T* bias, T* c) {
  constexpr std::size_t kSumVectors = 8;  // stay in registers
  std::size_t j = 0;
  const auto bias_at = [&] { return bias != nullptr ? bias + j : nullptr; };
  for (; j + kSumVectors * kLanes<T> <= columns; j += kSumVectors * kLanes<T>) {
    sum_indexed_rows<kSumVectors>(first, last, b + j, stride, bias_at(), c + j);
  }
  for (; j + kLanes<T> <= columns; j += kLanes<T>) {
    sum_indexed_rows<1>(first, last, b + j, stride, bias_at(), c + j);
  }
  for (; j < columns; ++j) {
    T sum = 0;
    for (const std::int32_t* k = first; k != last; ++k) {
      sum = sum + b[static_cast<std::size_t>(*k) * stride + j];
    }
    c[j] = bias != nullptr ? sum + bias[j] : sum;
  }
}

// Prefetches the column indexes of batch row `next`. Shuffled samples are scattered over megabytes
// of indexes, and the processor's own prefetcher only follows consecutive reads.
[[gnu::always_inline]] inline void prefetch_columns(const CsrSlice& a, const std::int32_t* rows,
                                                    std::size_t next, std::size_t end) {
  constexpr std::int64_t kIndicesPerLine = 64 / sizeof(std::int32_t);
  if (next >= end) return;
  const std::size_t row = rows != nullptr ? static_cast<std::size_t>(rows[next]) : next;
  for (std::int64_t k = a.begin(row); k < a.end(row); k += kIndicesPerLine) {
    __builtin_prefetch(a.col_idx + k);
  }
}

// Reading the rows of b is the limit, so one row of c is computed at a time. Slices of columns in
// the outer loop, copied to contiguous memory or not, and prefetching rows of b were no faster on
// the network of 512 units (ratios of .98 to 1.05 with a noise of .05).
template <class T>
void csr_multiply(const CsrSlice& a, const std::int32_t* rows, const T* b, std::size_t width,
                  const T* bias, T* c, const Block& block) {
  const std::size_t j = block.first_column, columns = block.last_column - j;
  for (std::size_t i = block.first_row; i < block.last_row; ++i) {
    prefetch_columns(a, rows, i + 2, block.last_row);
    const std::size_t row = rows != nullptr ? static_cast<std::size_t>(rows[i]) : i;
    sum_indexed_rows_of(columns, a.col_idx + a.begin(row), a.col_idx + a.end(row), b + j, width,
                        bias != nullptr ? bias + j : nullptr, c + i * width + j);
  }
}

// The sums stay in registers: in memory each would wait for the store of the row before.
template <std::size_t Vectors, class T>
[[gnu::always_inline]] inline void sum_columns(const T* from, std::size_t n, std::size_t width,
                                               T* out) {
  Vector<T> sum[Vectors] = {};
  for (std::size_t i = 0; i < n; ++i, from += width) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Vectors; ++v) {
      Vector<T> term;
      load(term, from + v * kLanes<T>);
      sum[v] = sum[v] + term;
    }
  }
#pragma GCC unroll 4
  for (std::size_t v = 0; v < Vectors; ++v) store(sum[v], out + v * kLanes<T>);
}

template <class T>
void sum_rows(const T* from, std::size_t n, std::size_t width, std::size_t first, std::size_t last,
              T* out) {
  std::size_t j = first;
  for (; j + 4 * kLanes<T> <= last; j += 4 * kLanes<T>) sum_columns<4>(from + j, n, width, out + j);
  for (; j + kLanes<T> <= last; j += kLanes<T>) sum_columns<1>(from + j, n, width, out + j);
  if (j >= last) return;
  if (last - first >= kLanes<T>) {  // overlaps the vector before
    return sum_columns<1>(from + last - kLanes<T>, n, width, out + last - kLanes<T>);
  }
  const FirstLanes<T> lanes(last - j);
  Vector<T> sum{}, term;
  for (std::size_t i = 0; i < n; ++i) {
    lanes.load(term, from + i * width + j);
    sum = sum + term;
  }
  lanes.store(sum, out + j);
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
