// Sums of rows: of the kernel's rows that a sample's ones list, of a batch's dz for the bias.
#pragma once

#include "reprise/kernels/openmp/isa/product.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// Sums of up to this many vectors stay in registers.
constexpr std::size_t kListVectors = 8;
template <class T>
constexpr std::size_t kListColumns = kListVectors* kLanes<T>;

// out[j] = the sum over the list of from[one * step + j], + bias[j], for Vectors vectors of j.
template <std::size_t Vectors, class T>
void sum_list(const std::int32_t* one, const std::int32_t* last, const T* from, std::size_t step,
              const T* bias, T* out) {
  Vector<T> sum[Vectors] = {};
  for (; one != last; ++one) {
    const T* const row = from + static_cast<std::size_t>(*one) * step;
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
    store(sum[v], out + v * kLanes<T>);
  }
}

// The same for any number of columns.
template <class T>
void sum_list_of(std::size_t columns, const std::int32_t* first, const std::int32_t* last,
                 const T* from, std::size_t step, const T* bias, T* out) {
  std::size_t j = 0;
  const auto bias_at = [&] { return bias != nullptr ? bias + j : nullptr; };
  for (; j + kListColumns<T> <= columns; j += kListColumns<T>) {
    sum_list<kListVectors>(first, last, from + j, step, bias_at(), out + j);
  }
  for (; j + 2 * kLanes<T> <= columns; j += 2 * kLanes<T>) {
    sum_list<2>(first, last, from + j, step, bias_at(), out + j);
  }
  for (; j + kLanes<T> <= columns; j += kLanes<T>) {
    sum_list<1>(first, last, from + j, step, bias_at(), out + j);
  }
  for (; j < columns; ++j) {
    T sum = 0;
    for (const std::int32_t* one = first; one != last; ++one) {
      sum = sum + from[static_cast<std::size_t>(*one) * step + j];
    }
    out[j] = bias != nullptr ? sum + bias[j] : sum;
  }
}

// A row of `out` at a time, bound by the memory that it reads. Slices of columns outside, copied
// together or not, and fetching rows ahead were no faster on the network of 512 units (ratios of
// .98 to 1.05 with a noise of .05).
template <class T>
void sum_listed_rows(const Lists& lists, const std::int32_t* rows, const T* from, std::size_t width,
                     const T* bias, T* out, const Block& block) {
  const std::size_t j = block.first_column, columns = block.last_column - j;
  for (std::size_t i = block.first_row; i < block.last_row; ++i) {
    const std::int64_t* const list =
        lists.starts + (rows != nullptr ? static_cast<std::size_t>(rows[i]) : i);
    sum_list_of(columns, lists.ones + list[0], lists.ones + list[1], from + j, width,
                bias != nullptr ? bias + j : nullptr, out + i * width + j);
  }
}

// to[j] += from[j]
template <class T>
[[gnu::always_inline]] inline void add(const T* __restrict from, std::size_t columns,
                                       T* __restrict to) {
  for (std::size_t j = 0; j < columns; ++j) to[j] = to[j] + from[j];
}

template <class T>
void add_to_listed_rows(const Lists& lists, const std::int32_t* rows, std::size_t n, const T* from,
                        std::size_t width, T* out, const Block& block) {
  const auto first = static_cast<std::int32_t>(block.first_row);
  const auto end = static_cast<std::int32_t>(block.last_row);
  for (std::size_t i = 0; i < n; ++i) {
    const auto list = static_cast<std::size_t>(rows[i]);
    const std::int32_t* one = lists.ones + lists.starts[list];
    const std::int32_t* const last = lists.ones + lists.starts[list + 1];
    for (std::size_t count = static_cast<std::size_t>(last - one); count > 0;) {  // lower bound
      const std::size_t half = count / 2;
      const bool below = one[half] < first;
      one = below ? one + half + 1 : one;
      count = below ? count - half - 1 : half;
    }
    for (; one != last && *one < end; ++one) {
      add(from + i * width, width, out + static_cast<std::size_t>(*one) * width);
    }
  }
}

template <class T>
void sum_rows(const T* from, std::size_t n, std::size_t width, std::size_t first, std::size_t last,
              T* out) {
  for (std::size_t j = first; j < last; ++j) out[j] = 0;
  for (std::size_t i = 0; i < n; ++i) add(from + i * width + first, last - first, out + first);
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
