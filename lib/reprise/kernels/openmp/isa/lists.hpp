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

// Asks for a list before its turn comes: shuffled samples lie anywhere in megabytes of ones, and
// the processor's own prefetcher sees only the neighbours of what is read.
[[gnu::always_inline]] inline void prefetch_list(const Lists& lists, std::size_t list) {
  constexpr std::int64_t kOnesOfALine = 16;
  for (std::int64_t k = lists.starts[list]; k < lists.starts[list + 1]; k += kOnesOfALine) {
    __builtin_prefetch(lists.ones + k);
  }
}

// Narrow rows are bound by the time of an addition, each waiting for the one before: so several
// lists go on side by side, each still in its own order. kSideBySide sums fill the adders of the
// processors at hand (4 cycles, 2 a cycle).
constexpr std::size_t kSideBySide = 8;

template <class T>
struct ListSum {
  const std::int32_t* one;
  std::int64_t left;  // ones that are not added yet
  T* out;
};

// Adds the next `n` ones of each of the first Lists sums.
template <std::size_t Lists, std::size_t Vectors, class T>
void go_on(ListSum<T>* lists, Vector<T> (*sums)[Vectors], std::int64_t n, const T* from,
           std::size_t step) {
  Vector<T> sum[Lists][Vectors];
  for (std::size_t l = 0; l < Lists; ++l) {
    for (std::size_t v = 0; v < Vectors; ++v) sum[l][v] = sums[l][v];
  }
  for (std::int64_t t = 0; t < n; ++t) {
#pragma GCC unroll 8
    for (std::size_t l = 0; l < Lists; ++l) {
      const T* const row = from + static_cast<std::size_t>(lists[l].one[t]) * step;
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) {
        Vector<T> term;
        load(term, row + v * kLanes<T>);
        sum[l][v] = sum[l][v] + term;
      }
    }
  }
  for (std::size_t l = 0; l < Lists; ++l) {
    lists[l].one += n;
    lists[l].left -= n;
    for (std::size_t v = 0; v < Vectors; ++v) sums[l][v] = sum[l][v];
  }
}

// All of them, the longest first, while the number of those that are left shrinks to Least.
template <std::size_t Lists, std::size_t Vectors, class T>
void finish(ListSum<T>* lists, Vector<T> (*sums)[Vectors], const T* from, std::size_t step) {
  go_on<Lists, Vectors>(lists, sums, lists[Lists - 1].left, from, step);
  if constexpr (Lists > 1) finish<Lists - 1, Vectors>(lists, sums, from, step);
}

// Rows [row, row + Lists) of the sums, of `Vectors` vectors each.
template <std::size_t Lists, std::size_t Vectors, class T>
void sum_lists(ListSum<T>* lists, const T* from, std::size_t step, const T* bias) {
  for (std::size_t l = 1; l < Lists; ++l) {  // by length, descending
    for (std::size_t k = l; k > 0 && lists[k - 1].left < lists[k].left; --k) {
      const ListSum<T> other = lists[k];
      lists[k] = lists[k - 1];
      lists[k - 1] = other;
    }
  }
  Vector<T> sums[Lists][Vectors] = {};
  finish<Lists, Vectors>(lists, sums, from, step);
  for (std::size_t l = 0; l < Lists; ++l) {
    for (std::size_t v = 0; v < Vectors; ++v) {
      if (bias != nullptr) {
        Vector<T> term;
        load(term, bias + v * kLanes<T>);
        sums[l][v] = sums[l][v] + term;
      }
      store(sums[l][v], lists[l].out + v * kLanes<T>);
    }
  }
}

// Rows of `Vectors` vectors, Lists of them side by side; returns the first row that is left.
template <std::size_t Vectors, class T>
std::size_t sum_narrow_rows(const Lists& lists, const std::int32_t* rows, const T* from,
                            std::size_t width, const T* bias, T* out, const Block& block) {
  constexpr std::size_t kLists = kSideBySide / Vectors;
  std::size_t i = block.first_row;
  for (; i + kLists <= block.last_row; i += kLists) {
    ListSum<T> group[kLists];
    for (std::size_t l = 0; l < kLists; ++l) {
      if (const std::size_t next = i + kLists + l; next < block.last_row) {
        prefetch_list(lists, rows != nullptr ? static_cast<std::size_t>(rows[next]) : next);
      }
      const std::int64_t* const list =
          lists.starts + (rows != nullptr ? static_cast<std::size_t>(rows[i + l]) : i + l);
      group[l] = {lists.ones + list[0], list[1] - list[0], out + (i + l) * width};
    }
    sum_lists<kLists, Vectors>(group, from, width, bias);
  }
  return i;
}

// Wide rows are bound by the memory that they read, a row of `out` at a time. There slices of
// columns outside, copied together or not, and fetching rows ahead were no faster on the network of
// 512 units (ratios of .98 to 1.05 with a noise of .05).
template <class T>
void sum_listed_rows(const Lists& lists, const std::int32_t* rows, const T* from, std::size_t width,
                     const T* bias, T* out, const Block& block) {
  const std::size_t j = block.first_column, columns = block.last_column - j;
  std::size_t i = block.first_row;
  if (columns == width && width == kLanes<T>) {
    i = sum_narrow_rows<1>(lists, rows, from, width, bias, out, block);
  } else if (columns == width && width == 2 * kLanes<T>) {
    i = sum_narrow_rows<2>(lists, rows, from, width, bias, out, block);
  } else if (columns == width && width == 4 * kLanes<T>) {
    i = sum_narrow_rows<4>(lists, rows, from, width, bias, out, block);
  }
  for (; i < block.last_row; ++i) {
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

// The first of `count` ascending ones that is not below `least`.
[[gnu::always_inline]] inline const std::int32_t* lower_bound(const std::int32_t* one,
                                                              std::size_t count,
                                                              std::int32_t least) {
  while (count > 0) {
    const std::size_t half = count / 2;
    const bool below = one[half] < least;
    one = below ? one + half + 1 : one;
    count = below ? count - half - 1 : half;
  }
  return one;
}

// Vectors of a row of `from` stay in registers while they are added to each row that the list
// names; 0 stands for any width.
template <std::size_t Vectors, class T>
void add_to_listed_rows_of(const Lists& lists, const std::int32_t* rows, std::size_t n,
                           const T* from, std::size_t width, T* out, const Block& block) {
  const auto first = static_cast<std::int32_t>(block.first_row);
  const auto end = static_cast<std::int32_t>(block.last_row);
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t* const list = lists.starts + static_cast<std::size_t>(rows[i]);
    const std::int32_t* const last = lists.ones + list[1];
    const std::int32_t* one =
        lower_bound(lists.ones + list[0], static_cast<std::size_t>(list[1] - list[0]), first);
    if (i + 2 < n) prefetch_list(lists, static_cast<std::size_t>(rows[i + 2]));
    const T* const terms = from + i * width;
    Vector<T> term[Vectors + 1];  // one more: there may be none
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) load(term[v], terms + v * kLanes<T>);
    for (; one != last && *one < end; ++one) {
      T* const to = out + static_cast<std::size_t>(*one) * width;
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

template <class T>
void add_to_listed_rows(const Lists& lists, const std::int32_t* rows, std::size_t n, const T* from,
                        std::size_t width, T* out, const Block& block) {
  const auto run = width == kLanes<T>       ? add_to_listed_rows_of<1, T>
                   : width == 2 * kLanes<T> ? add_to_listed_rows_of<2, T>
                   : width == 4 * kLanes<T> ? add_to_listed_rows_of<4, T>
                   : width == 8 * kLanes<T> ? add_to_listed_rows_of<8, T>
                                            : add_to_listed_rows_of<0, T>;
  run(lists, rows, n, from, width, out, block);
}

template <class T>
void sum_rows(const T* from, std::size_t n, std::size_t width, std::size_t first, std::size_t last,
              T* out) {
  for (std::size_t j = first; j < last; ++j) out[j] = 0;
  for (std::size_t i = 0; i < n; ++i) add(from + i * width + first, last - first, out + first);
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
