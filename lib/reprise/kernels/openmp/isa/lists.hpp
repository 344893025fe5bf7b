// Sums of rows: of the kernel's rows that a sample's ones list, of a batch's dz for the bias.
#pragma once

#include "reprise/kernels/openmp/isa/product.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// Sums of up to this many vectors stay in registers.
constexpr std::size_t kListVectors = 8;
template <class T>
constexpr std::size_t kListColumns = kListVectors* kLanes<T>;

// The ones in their own type: in 16 bits they are half as many lines to fetch, a forward pass over
// the reviews takes .83 of the time, a scatter .84.
template <class Id>
[[gnu::always_inline]] inline const Id* ones_of(const Lists& lists) {
  if constexpr (sizeof(Id) == sizeof(std::uint16_t)) {
    return lists.narrow;
  } else {
    return lists.ones;
  }
}

// out[j] = the sum over the list of from[one * step + j], + bias[j], for Vectors vectors of j.
template <std::size_t Vectors, class Id, class T>
void sum_list(const Id* one, const Id* last, const T* from, std::size_t step, const T* bias,
              T* out) {
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
template <class Id, class T>
void sum_list_of(std::size_t columns, const Id* first, const Id* last, const T* from,
                 std::size_t step, const T* bias, T* out) {
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
    for (const Id* one = first; one != last; ++one) {
      sum = sum + from[static_cast<std::size_t>(*one) * step + j];
    }
    out[j] = bias != nullptr ? sum + bias[j] : sum;
  }
}

// The list of row i: list rows[i], or list i where `rows` is null.
[[gnu::always_inline]] inline std::size_t list_at(const std::int32_t* rows, std::size_t i) {
  return rows != nullptr ? static_cast<std::size_t>(rows[i]) : i;
}

// Asks for the list of a later row before its turn comes, and for the place of that of a row later
// still: shuffled samples lie anywhere in megabytes of ones, and the processor's own prefetcher
// sees only the neighbours of what is read.
template <class Id>
[[gnu::always_inline]] inline void prefetch_lists(const Lists& lists, const std::int32_t* rows,
                                                  std::size_t row, std::size_t later,
                                                  std::size_t end) {
  constexpr std::int64_t kOnesOfALine = 64 / sizeof(Id);
  if (row < end) {
    const std::size_t list = list_at(rows, row);
    for (std::int64_t k = lists.begin(list); k < lists.end(list); k += kOnesOfALine) {
      __builtin_prefetch(ones_of<Id>(lists) + k);
    }
  }
  if (later < end) __builtin_prefetch(lists.begins + list_at(rows, later) * lists.step);
}

// Adds a row of Vectors vectors to the sums of one list.
template <std::size_t Vectors, class T>
[[gnu::always_inline]] inline void add_row(const T* row, Vector<T>* sum) {
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    Vector<T> term;
    load(term, row + v * kLanes<T>);
    sum[v] = sum[v] + term;
  }
}

// Narrow rows are bound by the time of an addition, each waiting for the one before: so several
// lists go on side by side, each still in its own order, as far as the shortest. With four sums at
// once loads are the bound of the processors at hand: of rows of two vectors two lists take .88 of
// one's time and four .93.
constexpr std::size_t kSumsAtOnce = 4;

// Rows of `Vectors` vectors; returns the first row that is left.
template <std::size_t Vectors, class Id, class T>
std::size_t sum_narrow_rows(const Lists& lists, const std::int32_t* rows, const T* from,
                            const T* bias, T* out, const Block& block) {
  constexpr std::size_t kLists = kSumsAtOnce / Vectors;
  constexpr std::size_t step = Vectors * kLanes<T>;
  std::size_t i = block.first_row;
  for (; i + kLists <= block.last_row; i += kLists) {
    const Id *one[kLists], *last[kLists];
    std::ptrdiff_t shortest = 0;
    for (std::size_t l = 0; l < kLists; ++l) {
      prefetch_lists<Id>(lists, rows, i + kLists + l, i + 4 * kLists + l, block.last_row);
      one[l] = ones_of<Id>(lists) + lists.begin(list_at(rows, i + l));
      last[l] = ones_of<Id>(lists) + lists.end(list_at(rows, i + l));
      if (l == 0 || last[l] - one[l] < shortest) shortest = last[l] - one[l];
    }
    Vector<T> sum[kLists][Vectors] = {};
    for (std::ptrdiff_t t = 0; t < shortest; ++t) {
#pragma GCC unroll 8
      for (std::size_t l = 0; l < kLists; ++l) {
        add_row<Vectors>(from + static_cast<std::size_t>(one[l][t]) * step, sum[l]);
      }
    }
    for (std::size_t l = 0; l < kLists; ++l) {
      for (const Id* o = one[l] + shortest; o != last[l]; ++o) {
        add_row<Vectors>(from + static_cast<std::size_t>(*o) * step, sum[l]);
      }
      for (std::size_t v = 0; v < Vectors; ++v) {
        if (bias != nullptr) {
          Vector<T> term;
          load(term, bias + v * kLanes<T>);
          sum[l][v] = sum[l][v] + term;
        }
        store(sum[l][v], out + (i + l) * step + v * kLanes<T>);
      }
    }
  }
  return i;
}

// Wide rows are bound by the memory that they read, a row of `out` at a time. There slices of
// columns outside, copied together or not, and fetching rows ahead were no faster on the network of
// 512 units (ratios of .98 to 1.05 with a noise of .05).
template <class Id, class T>
void sum_listed_rows_by(const Lists& lists, const std::int32_t* rows, const T* from,
                        std::size_t width, const T* bias, T* out, const Block& block) {
  const Id* const ones = ones_of<Id>(lists);
  const std::size_t j = block.first_column, columns = block.last_column - j;
  std::size_t i = block.first_row;
  if (columns == width && width == kLanes<T>) {
    i = sum_narrow_rows<1, Id>(lists, rows, from, bias, out, block);
  } else if (columns == width && width == 2 * kLanes<T>) {
    i = sum_narrow_rows<2, Id>(lists, rows, from, bias, out, block);
  } else if (columns == width && width == 4 * kLanes<T>) {
    i = sum_narrow_rows<4, Id>(lists, rows, from, bias, out, block);
  }
  for (; i < block.last_row; ++i) {
    const std::size_t list = list_at(rows, i);
    sum_list_of(columns, ones + lists.begin(list), ones + lists.end(list), from + j, width,
                bias != nullptr ? bias + j : nullptr, out + i * width + j);
  }
}

template <class T>
void sum_listed_rows(const Lists& lists, const std::int32_t* rows, const T* from, std::size_t width,
                     const T* bias, T* out, const Block& block) {
  const auto run = lists.narrow != nullptr ? sum_listed_rows_by<std::uint16_t, T>
                                           : sum_listed_rows_by<std::int32_t, T>;
  run(lists, rows, from, width, bias, out, block);
}

// to[j] += from[j]
template <class T>
[[gnu::always_inline]] inline void add(const T* __restrict from, std::size_t columns,
                                       T* __restrict to) {
  for (std::size_t j = 0; j < columns; ++j) to[j] = to[j] + from[j];
}

// Vectors of a row of `from` stay in registers while they are added to each row that the list
// names; 0 stands for any width.
template <std::size_t Vectors, class Id, class T>
void add_to_listed_rows_of(const Lists& lists, const std::int32_t* rows, std::size_t n,
                           const T* from, std::size_t width, T* out) {
  constexpr std::size_t step = Vectors * kLanes<T>;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t list = list_at(rows, i);
    const Id* const last = ones_of<Id>(lists) + lists.end(list);
    prefetch_lists<Id>(lists, rows, i + 2, i + 8, n);
    const T* const terms = from + i * width;
    Vector<T> term[Vectors + 1];  // one more: there may be none
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) load(term[v], terms + v * kLanes<T>);
    for (const Id* one = ones_of<Id>(lists) + lists.begin(list); one != last; ++one) {
      T* const to = out + static_cast<std::size_t>(*one) * (Vectors == 0 ? width : step);
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

template <class Id, class T>
void add_to_listed_rows_by(const Lists& lists, const std::int32_t* rows, std::size_t n,
                           const T* from, std::size_t width, T* out) {
  const auto run = width == kLanes<T>       ? add_to_listed_rows_of<1, Id, T>
                   : width == 2 * kLanes<T> ? add_to_listed_rows_of<2, Id, T>
                   : width == 4 * kLanes<T> ? add_to_listed_rows_of<4, Id, T>
                   : width == 8 * kLanes<T> ? add_to_listed_rows_of<8, Id, T>
                                            : add_to_listed_rows_of<0, Id, T>;
  run(lists, rows, n, from, width, out);
}

template <class T>
void add_to_listed_rows(const Lists& lists, const std::int32_t* rows, std::size_t n, const T* from,
                        std::size_t width, T* out) {
  const auto run = lists.narrow != nullptr ? add_to_listed_rows_by<std::uint16_t, T>
                                           : add_to_listed_rows_by<std::int32_t, T>;
  run(lists, rows, n, from, width, out);
}

template <class T>
void sum_rows(const T* from, std::size_t n, std::size_t width, std::size_t first, std::size_t last,
              T* out) {
  for (std::size_t j = first; j < last; ++j) out[j] = 0;
  for (std::size_t i = 0; i < n; ++i) add(from + i * width + first, last - first, out + first);
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
