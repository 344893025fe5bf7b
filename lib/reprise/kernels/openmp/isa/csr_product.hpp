// Products of binary sparse matrices and dense ones, which are sums of the dense matrix's rows; and
// the sum over all rows, for the bias.
#pragma once

#include "reprise/kernels/openmp/isa/product.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// A sum of up to this many vectors stays in registers.
constexpr std::size_t kSumVectors = 8;
template <class T>
constexpr std::size_t kSumColumns = kSumVectors* kLanes<T>;

// The column indexes as Index. In 16 bits they take half as many cache lines: a forward pass over
// the reviews takes .83 of the time, csr_transpose_multiply_add .84.
template <class Index>
[[gnu::always_inline]] inline const Index* col_idx_of(const CsrSlice& a) {
  if constexpr (sizeof(Index) == sizeof(std::uint16_t)) {
    return a.col_idx16;
  } else {
    return a.col_idx;
  }
}

// c[j] = sum of b[*k * stride + j] for k from first to last, plus bias[j], for Vectors vectors of
// j.
template <std::size_t Vectors, class Index, class T>
void sum_indexed_rows(const Index* k, const Index* last, const T* b, std::size_t stride,
                      const T* bias, T* c) {
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
template <class Index, class T>
void sum_indexed_rows_of(std::size_t columns, const Index* first, const Index* last, const T* b,
                         std::size_t stride, const T* bias, T* c) {
  std::size_t j = 0;
  const auto bias_at = [&] { return bias != nullptr ? bias + j : nullptr; };
  for (; j + kSumColumns<T> <= columns; j += kSumColumns<T>) {
    sum_indexed_rows<kSumVectors>(first, last, b + j, stride, bias_at(), c + j);
  }
  for (; j + 2 * kLanes<T> <= columns; j += 2 * kLanes<T>) {
    sum_indexed_rows<2>(first, last, b + j, stride, bias_at(), c + j);
  }
  for (; j + kLanes<T> <= columns; j += kLanes<T>) {
    sum_indexed_rows<1>(first, last, b + j, stride, bias_at(), c + j);
  }
  for (; j < columns; ++j) {
    T sum = 0;
    for (const Index* k = first; k != last; ++k) {
      sum = sum + b[static_cast<std::size_t>(*k) * stride + j];
    }
    c[j] = bias != nullptr ? sum + bias[j] : sum;
  }
}

// The matrix row of batch row i: rows[i], or i if `rows` is null.
[[gnu::always_inline]] inline std::size_t csr_row(const std::int32_t* rows, std::size_t i) {
  return rows != nullptr ? static_cast<std::size_t>(rows[i]) : i;
}

// Prefetches the column indexes of batch row `next` and the row pointers of batch row `later`.
// Shuffled samples are scattered over megabytes of indexes, and the processor's own prefetcher only
// follows consecutive reads.
template <class Index>
[[gnu::always_inline]] inline void prefetch_csr_rows(const CsrSlice& a, const std::int32_t* rows,
                                                     std::size_t next, std::size_t later,
                                                     std::size_t end) {
  constexpr std::int64_t kIndicesPerLine = 64 / sizeof(Index);
  if (next < end) {
    const std::size_t row = csr_row(rows, next);
    for (std::int64_t k = a.begin(row); k < a.end(row); k += kIndicesPerLine) {
      __builtin_prefetch(col_idx_of<Index>(a) + k);
    }
  }
  if (later < end) __builtin_prefetch(a.row_begin + csr_row(rows, later) * a.stride);
}

// Adds a row of Vectors vectors to the sums.
template <std::size_t Vectors, class T>
[[gnu::always_inline]] inline void add_row(const T* row, Vector<T>* sum) {
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    Vector<T> term;
    load(term, row + v * kLanes<T>);
    sum[v] = sum[v] + term;
  }
}

// If b is narrow, the latency of the additions is the limit, since each waits for the one before.
// So several rows of c are summed at once, each still in its own order, up to the length of the
// shortest. With four sums at once loads become the limit on the processors measured: with rows of
// two vectors, two rows at once take .88 of the time of one, and four take .93.
constexpr std::size_t kSumsAtOnce = 4;

// Rows of a c with `Vectors` vectors. Returns the first row that is left to do.
template <std::size_t Vectors, class Index, class T>
std::size_t multiply_narrow(const CsrSlice& a, const std::int32_t* rows, const T* b, const T* bias,
                            T* c, const Block& block) {
  constexpr std::size_t kRows = kSumsAtOnce / Vectors;
  constexpr std::size_t stride = Vectors * kLanes<T>;
  std::size_t i = block.first_row;
  for (; i + kRows <= block.last_row; i += kRows) {
    const Index *first[kRows], *last[kRows];
    std::ptrdiff_t shortest = 0;
    for (std::size_t r = 0; r < kRows; ++r) {
      prefetch_csr_rows<Index>(a, rows, i + kRows + r, i + 4 * kRows + r, block.last_row);
      first[r] = col_idx_of<Index>(a) + a.begin(csr_row(rows, i + r));
      last[r] = col_idx_of<Index>(a) + a.end(csr_row(rows, i + r));
      if (r == 0 || last[r] - first[r] < shortest) shortest = last[r] - first[r];
    }
    Vector<T> sum[kRows][Vectors] = {};
    for (std::ptrdiff_t t = 0; t < shortest; ++t) {
#pragma GCC unroll 8
      for (std::size_t r = 0; r < kRows; ++r) {
        add_row<Vectors>(b + static_cast<std::size_t>(first[r][t]) * stride, sum[r]);
      }
    }
    for (std::size_t r = 0; r < kRows; ++r) {
      for (const Index* k = first[r] + shortest; k != last[r]; ++k) {
        add_row<Vectors>(b + static_cast<std::size_t>(*k) * stride, sum[r]);
      }
      for (std::size_t v = 0; v < Vectors; ++v) {
        if (bias != nullptr) {
          Vector<T> term;
          load(term, bias + v * kLanes<T>);
          sum[r][v] = sum[r][v] + term;
        }
        store(sum[r][v], c + (i + r) * stride + v * kLanes<T>);
      }
    }
  }
  return i;
}

// If b is wide, reading its rows is the limit, so one row of c is computed at a time. Slices of
// columns in the outer loop, copied to contiguous memory or not, and prefetching rows were no
// faster on the network of 512 units (ratios of .98 to 1.05 with a noise of .05).
template <class Index, class T>
void csr_multiply_by(const CsrSlice& a, const std::int32_t* rows, const T* b, std::size_t width,
                     const T* bias, T* c, const Block& block) {
  const Index* const col_idx = col_idx_of<Index>(a);
  const std::size_t j = block.first_column, columns = block.last_column - j;
  std::size_t i = block.first_row;
  if (columns == width && width == kLanes<T>) {
    i = multiply_narrow<1, Index>(a, rows, b, bias, c, block);
  } else if (columns == width && width == 2 * kLanes<T>) {
    i = multiply_narrow<2, Index>(a, rows, b, bias, c, block);
  } else if (columns == width && width == 4 * kLanes<T>) {
    i = multiply_narrow<4, Index>(a, rows, b, bias, c, block);
  }
  for (; i < block.last_row; ++i) {
    const std::size_t row = csr_row(rows, i);
    sum_indexed_rows_of(columns, col_idx + a.begin(row), col_idx + a.end(row), b + j, width,
                        bias != nullptr ? bias + j : nullptr, c + i * width + j);
  }
}

template <class T>
void csr_multiply(const CsrSlice& a, const std::int32_t* rows, const T* b, std::size_t width,
                  const T* bias, T* c, const Block& block) {
  const auto run =
      a.col_idx16 != nullptr ? csr_multiply_by<std::uint16_t, T> : csr_multiply_by<std::int32_t, T>;
  run(a, rows, b, width, bias, c, block);
}

// to[j] += from[j]
template <class T>
[[gnu::always_inline]] inline void add(const T* __restrict from, std::size_t columns,
                                       T* __restrict to) {
  for (std::size_t j = 0; j < columns; ++j) to[j] = to[j] + from[j];
}

// A row of b, of Vectors vectors, stays in registers while it is added to the rows of c that the
// nonzeros select. Vectors = 0 stands for any width.
template <std::size_t Vectors, class Index, class T>
void csr_transpose_multiply_add_of(const CsrSlice& a, const std::int32_t* rows, std::size_t n,
                                   const T* b, std::size_t width, T* c) {
  constexpr std::size_t stride = Vectors * kLanes<T>;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t row = csr_row(rows, i);
    const Index* const last = col_idx_of<Index>(a) + a.end(row);
    prefetch_csr_rows<Index>(a, rows, i + 2, i + 8, n);
    const T* const terms = b + i * width;
    Vector<T> term[Vectors + 1];  // one more, because Vectors may be 0
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) load(term[v], terms + v * kLanes<T>);
    for (const Index* k = col_idx_of<Index>(a) + a.begin(row); k != last; ++k) {
      T* const to = c + static_cast<std::size_t>(*k) * (Vectors == 0 ? width : stride);
      if constexpr (Vectors == 0) {
        add(terms, width, to);
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

template <class Index, class T>
void csr_transpose_multiply_add_by(const CsrSlice& a, const std::int32_t* rows, std::size_t n,
                                   const T* b, std::size_t width, T* c) {
  const auto run = width == kLanes<T>       ? csr_transpose_multiply_add_of<1, Index, T>
                   : width == 2 * kLanes<T> ? csr_transpose_multiply_add_of<2, Index, T>
                   : width == 4 * kLanes<T> ? csr_transpose_multiply_add_of<4, Index, T>
                   : width == 8 * kLanes<T> ? csr_transpose_multiply_add_of<8, Index, T>
                                            : csr_transpose_multiply_add_of<0, Index, T>;
  run(a, rows, n, b, width, c);
}

template <class T>
void csr_transpose_multiply_add(const CsrSlice& a, const std::int32_t* rows, std::size_t n,
                                const T* b, std::size_t width, T* c) {
  const auto run = a.col_idx16 != nullptr ? csr_transpose_multiply_add_by<std::uint16_t, T>
                                          : csr_transpose_multiply_add_by<std::int32_t, T>;
  run(a, rows, n, b, width, c);
}

template <class T>
void sum_rows(const T* from, std::size_t n, std::size_t width, std::size_t first, std::size_t last,
              T* out) {
  for (std::size_t j = first; j < last; ++j) out[j] = 0;
  for (std::size_t i = 0; i < n; ++i) add(from + i * width + first, last - first, out + first);
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
