// Sums of products with a matrix's rows, of which lists say which and how often: the first layer on
// sparse samples, and its gradient.
//
// A term reads a row of `from` from the first-level cache and no sum: as many multiply-adds a cycle
// as a dense product's tile has, of 19 % of the terms for the digits' pixels.
#pragma once

#include "reprise/kernels/openmp/isa/vector.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// sum += value row, with one rounding or with two; without values sum += row.
template <bool Fused, class V, class T>
[[gnu::always_inline]] inline void add_term(V& sum, const V& row, const T* value) {
  if (value == nullptr) {
    sum = sum + row;
    return;
  }
  V factor;
  broadcast(factor, *value);
  if constexpr (Fused) {
    add_fused(sum, factor, row);
  } else {
    sum = sum + factor * row;
  }
}

// Vectors of columns, from column j on, of row i.
template <bool Fused, bool Valued, std::size_t Vectors, class T>
[[gnu::always_inline]] inline void add_list(const ListedProducts<T>& p, std::size_t i,
                                            std::size_t j) {
  const std::size_t list = p.rows != nullptr ? static_cast<std::size_t>(p.rows[i]) : i;
  T* const out = p.out + i * p.out_step + j;
  Vector<T> sum[Vectors];
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    if (p.begins) {
      sum[v] = Vector<T>{};
    } else {
      load(sum[v], out + v * kLanes<T>);
    }
  }
  const std::int32_t* const ones = p.lists.ones;
  const T* const from = p.from + j;
  const std::size_t step = p.from_step;
  const std::int64_t end = p.lists.end(list);
  for (std::int64_t k = p.lists.begin(list); k < end; ++k) {
    const T* row = from + static_cast<std::size_t>(ones[k]) * step;
    asm("" : "+r"(row));  // one address for all vectors: GCC 12 makes one each, 1.3 times the time
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      Vector<T> term;
      load(term, row + v * kLanes<T>);
      add_term<Fused>(sum[v], term, Valued ? p.values + k : nullptr);
    }
  }
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    if (p.bias != nullptr) {
      Vector<T> bias;
      load(bias, p.bias + j + v * kLanes<T>);
      sum[v] = sum[v] + bias;
    }
    store(sum[v], out + v * kLanes<T>);
  }
}

template <bool Fused, bool Valued, class T>
void add_list_of_one(const ListedProducts<T>& p, std::size_t i, std::size_t j) {
  const std::size_t list = p.rows != nullptr ? static_cast<std::size_t>(p.rows[i]) : i;
  T& out = p.out[i * p.out_step + j];
  T sum = p.begins ? T(0) : out;
  for (std::int64_t k = p.lists.begin(list); k < p.lists.end(list); ++k) {
    const T row = p.from[static_cast<std::size_t>(p.lists.ones[k]) * p.from_step + j];
    if (!Valued) {
      sum = sum + row;
    } else if (Fused) {
      sum = fused(p.values[k], row, sum);
    } else {
      sum = sum + p.values[k] * row;
    }
  }
  out = p.bias != nullptr ? sum + p.bias[j] : sum;
}

// Asks for a list before its turn comes: those of a shuffled batch lie anywhere.
template <bool Valued, class T>
[[gnu::always_inline]] inline void prefetch_entries(const ListedProducts<T>& p, std::size_t i) {
  constexpr std::int64_t kEntriesOfALine = 16;
  const std::size_t list = p.rows != nullptr ? static_cast<std::size_t>(p.rows[i]) : i;
  for (std::int64_t k = p.lists.begin(list); k < p.lists.end(list); k += kEntriesOfALine) {
    __builtin_prefetch(p.lists.ones + k);
    if (Valued) __builtin_prefetch(p.values + k);
  }
}

template <bool Fused, bool Valued, class T>
void add_lists(const ListedProducts<T>& p, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    std::size_t j = 0;
    if (p.rows != nullptr && i + 2 < last) prefetch_entries<Valued>(p, i + 2);
    for (; j + 8 * kLanes<T> <= p.columns; j += 8 * kLanes<T>) add_list<Fused, Valued, 8>(p, i, j);
    for (; j + 4 * kLanes<T> <= p.columns; j += 4 * kLanes<T>) add_list<Fused, Valued, 4>(p, i, j);
    for (; j + kLanes<T> <= p.columns; j += kLanes<T>) add_list<Fused, Valued, 1>(p, i, j);
    for (; j < p.columns; ++j) add_list_of_one<Fused, Valued>(p, i, j);
  }
}

template <bool Fused, class T>
void add_listed_products(const ListedProducts<T>& p, std::size_t first, std::size_t last) {
  if (p.values != nullptr) {
    add_lists<Fused, true>(p, first, last);
  } else {
    add_lists<Fused, false>(p, first, last);
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
