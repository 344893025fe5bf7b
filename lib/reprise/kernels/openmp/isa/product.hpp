// Products of dense matrices. A tile of outputs stays in registers while its terms are added in
// ascending order, which is fast and computes the reference's bits.
//
// b is packed into panels as wide as a tile, padded with zeros, so that the inner loop reads
// contiguous memory. Blocks of kTerms keep a panel in the first-level cache (16 KiB of 32). Between
// blocks of terms c holds the partial sums, which changes no bit. If the terms of a are not
// contiguous, a is packed too, for the rows of one tile at a time: its rows, 2 or 4 KiB apart,
// would share a few sets of the cache.
#pragma once

#include "reprise/kernels/openmp/isa/vector.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise::REPRISE_ISA {
namespace {

template <class T>
constexpr std::size_t kTileColumns = kTileVectors* kLanes<T>;
constexpr std::size_t kTerms = 256;
constexpr std::size_t kPanelBytes = kTileVectors * kVectorBytes;
constexpr std::size_t kPanels = 512 / kPanelBytes;  // packed at the same time

// The input and output of a tile.
template <class T>
struct Tile {
  const T* a;
  std::size_t a_row_stride, a_term_stride;
  const T* b;
  std::size_t b_stride;
  T* c;
  std::size_t c_stride;
  std::size_t terms;
  bool zero_init;  // whether sums start at 0 instead of c
  const T* bias;   // added at the end, or null
};

template <std::size_t Rows, std::size_t Vectors, class T>
void add_tile(const Tile<T>& tile) {
  using V = Vector<T>;
  V sum[Rows][Vectors];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      if (tile.zero_init) {
        sum[r][v] = V{};
      } else {
        load(sum[r][v], tile.c + r * tile.c_stride + v * kLanes<T>);
      }
    }
  }
  const T* a = tile.a;
  const T* b = tile.b;
  for (std::size_t t = 0; t < tile.terms; ++t, a += tile.a_term_stride, b += tile.b_stride) {
    V factor[Vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) load(factor[v], b + v * kLanes<T>);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      V left;
      broadcast(left, a[r * tile.a_row_stride]);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) {
        add_fused(sum[r][v], left, factor[v]);
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    V bias{};
    if (tile.bias != nullptr) load(bias, tile.bias + v * kLanes<T>);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      if (tile.bias != nullptr) sum[r][v] = sum[r][v] + bias;
      store(sum[r][v], tile.c + r * tile.c_stride + v * kLanes<T>);
    }
  }
}

template <std::size_t Vectors, class T>
void add_tile_of(std::size_t rows, const Tile<T>& tile) {
  static_assert(kTileRows <= 6);
  switch (rows) {
    case 1: return add_tile<1, Vectors>(tile);
    case 2: return add_tile<2, Vectors>(tile);
    case 3: return add_tile<3, Vectors>(tile);
    case 4: return add_tile<4, Vectors>(tile);
    case 5: return add_tile<5, Vectors>(tile);
    default: return add_tile<6, Vectors>(tile);
  }
}

// How many vectors a tile of this number of columns computes and writes: 1, 2 or all.
template <class T>
constexpr std::size_t vectors_of(std::size_t columns) {
  const std::size_t vectors = (columns + kLanes<T> - 1) / kLanes<T>;
  return vectors > 2 ? kTileVectors : vectors;
}

template <class T>
void add_tile_of(std::size_t rows, std::size_t columns, const Tile<T>& tile) {
  const std::size_t vectors = vectors_of<T>(columns);
  if (kTileVectors >= 4 && vectors > 2) return add_tile_of<kTileVectors>(rows, tile);
  if (vectors == 2) return add_tile_of<2>(rows, tile);
  return add_tile_of<1>(rows, tile);
}

// add_tile_of for a tile narrower than its vectors: pads c and bias on the stack.
template <class T>
void add_narrow_tile(std::size_t rows, std::size_t columns, Tile<T> tile) {
  alignas(64) T padded[kTileRows * kTileColumns<T>], bias[kTileColumns<T>] = {};
  T* const c = tile.c;
  if (!tile.zero_init) {
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t j = 0; j < columns; ++j) {
        padded[r * kTileColumns<T> + j] = c[r * tile.c_stride + j];
      }
    }
  }
  if (tile.bias != nullptr) {
    for (std::size_t j = 0; j < columns; ++j) bias[j] = tile.bias[j];
    tile.bias = bias;
  }
  const std::size_t c_stride = tile.c_stride;
  tile.c = padded;
  tile.c_stride = kTileColumns<T>;
  add_tile_of(rows, columns, tile);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t j = 0; j < columns; ++j) {
      c[r * c_stride + j] = padded[r * kTileColumns<T> + j];
    }
  }
}

// Packs a panel: kTileColumns columns from `b` on, of which `columns` exist.
template <class T>
void pack_panel(const T* b, std::size_t term_stride, std::size_t column_stride, std::size_t terms,
                std::size_t columns, T* to) {
  if (columns == kTileColumns<T> && column_stride == 1) {
    for (std::size_t t = 0; t < terms; ++t, b += term_stride, to += kTileColumns<T>) {
      __builtin_memcpy(to, b, sizeof(T) * kTileColumns<T>);
    }
    return;
  }
  for (std::size_t j = 0; j < kTileColumns<T>; ++j) {
    const bool exists = j < columns;
    for (std::size_t t = 0; t < terms; ++t) {
      to[t * kTileColumns<T> + j] = exists ? b[t * term_stride + j * column_stride] : T(0);
    }
  }
}

template <class T>
void pack_rows(const T* a, std::size_t row_stride, std::size_t term_stride, std::size_t rows,
               std::size_t terms, T* to) {
  for (std::size_t t = 0; t < terms; ++t) {
    for (std::size_t r = 0; r < rows; ++r)
      to[t * kTileRows + r] = a[t * term_stride + r * row_stride];
  }
}

[[gnu::always_inline]] inline std::size_t least(std::size_t a, std::size_t b) {
  return a < b ? a : b;
}

// Adds terms [first_term, first_term + terms) to columns [column, last_column), at most kPanels
// panels.
template <class T>
void add_panels(const Product<T>& p, const Block& block, std::size_t column,
                std::size_t last_column, std::size_t first_term, std::size_t terms) {
  alignas(64) T panels[kTerms * kPanels * kTileColumns<T>];
  alignas(64) T left[kTerms * kTileRows];
  const T* const b = p.b + first_term * p.b_term_stride;
  // packing a panel whose rows are contiguous in b pays off from the third tile on
  const bool few_rows = block.last_row - block.first_row <= 2 * kTileRows && p.b_column_stride == 1;
  for (std::size_t j = column, n = 0; j < last_column; j += kTileColumns<T>, ++n) {
    const std::size_t width = least(kTileColumns<T>, last_column - j);
    if (few_rows && width == kTileColumns<T>) continue;
    pack_panel(b + j * p.b_column_stride, p.b_term_stride, p.b_column_stride, terms, width,
               panels + n * kTerms * kTileColumns<T>);
  }
  for (std::size_t i = block.first_row; i < block.last_row; i += kTileRows) {
    const std::size_t rows = least(kTileRows, block.last_row - i);
    Tile<T> tile{};
    tile.a = p.a + i * p.a_row_stride + first_term * p.a_term_stride;
    tile.a_row_stride = p.a_row_stride;
    tile.a_term_stride = p.a_term_stride;
    if (p.a_term_stride != 1 && terms > 1) {
      pack_rows(tile.a, p.a_row_stride, p.a_term_stride, rows, terms, left);
      tile.a = left;
      tile.a_row_stride = 1;
      tile.a_term_stride = kTileRows;
    }
    tile.terms = terms;
    tile.zero_init = first_term == 0;
    tile.c_stride = p.columns;
    const bool ends = first_term + terms == p.terms;
    for (std::size_t j = column, n = 0; j < last_column; j += kTileColumns<T>, ++n) {
      const std::size_t width = least(kTileColumns<T>, last_column - j);
      const bool direct = few_rows && width == kTileColumns<T>;
      tile.b = direct ? b + j : panels + n * kTerms * kTileColumns<T>;
      tile.b_stride = direct ? p.b_term_stride : kTileColumns<T>;
      tile.c = p.c + i * p.columns + j;
      tile.bias = ends && p.bias != nullptr ? p.bias + j : nullptr;
      // for three vectors a tile of four would write beyond the row
      if (width == vectors_of<T>(width) * kLanes<T>) {
        add_tile_of(rows, width, tile);
      } else {
        add_narrow_tile(rows, width, tile);
      }
    }
  }
}

// One row times a transposed matrix, as in backward_data at batch 1, where packing would cost more
// than the sums. Together with add_outer_product it takes a step of 13-64-64-1 from 6.5 to 4.5 us
// in float. Eight columns at once hide the latency of the additions.
template <class T>
void add_dots(const Product<T>& p, const Block& block) {
  constexpr std::size_t kDots = 8;
  std::size_t j = block.first_column;
  for (; j + kDots <= block.last_column; j += kDots) {
    T sum[kDots] = {};
    const T* const b = p.b + j * p.b_column_stride;
    for (std::size_t t = 0; t < p.terms; ++t) {
      const T left = p.a[t * p.a_term_stride];
#pragma GCC unroll 8
      for (std::size_t d = 0; d < kDots; ++d) {
        sum[d] = fused(left, b[d * p.b_column_stride + t], sum[d]);
      }
    }
#pragma GCC unroll 8
    for (std::size_t d = 0; d < kDots; ++d) {
      p.c[j + d] = p.bias != nullptr ? sum[d] + p.bias[j + d] : sum[d];
    }
  }
  for (; j < block.last_column; ++j) {
    T sum = 0;
    for (std::size_t t = 0; t < p.terms; ++t) {
      sum = fused(p.a[t * p.a_term_stride], p.b[j * p.b_column_stride + t], sum);
    }
    p.c[j] = p.bias != nullptr ? sum + p.bias[j] : sum;
  }
}

// A product with one term and no bias, as in backward_weights at batch 1. The sum starts
// at 0 as in the general product: fma(a, b, 0) is 0 where a b is -0.
template <class T>
void add_outer_product(const Product<T>& p, const Block& block) {
  for (std::size_t i = block.first_row; i < block.last_row; ++i) {
    const T left = p.a[i * p.a_row_stride];
    const T* __restrict b = p.b + block.first_column;
    T* __restrict c = p.c + i * p.columns + block.first_column;
    const std::size_t n = block.last_column - block.first_column;
    for (std::size_t j = 0; j < n; ++j) c[j] = fused(left, b[j], T(0));
  }
}

template <class T>
void add_product(const Product<T>& p, const Block& block) {
  constexpr std::size_t kColumns = kPanels * kTileColumns<T>;
  if (p.terms == 0) {
    for (std::size_t i = block.first_row; i < block.last_row; ++i) {
      for (std::size_t j = block.first_column; j < block.last_column; ++j) {
        p.c[i * p.columns + j] = p.bias != nullptr ? T(0) + p.bias[j] : T(0);
      }
    }
  }
  const bool one_row_of_transposed = p.rows == 1 && p.b_column_stride != 1 && p.b_term_stride == 1;
  if (one_row_of_transposed) return add_dots(p, block);
  if (p.terms == 1 && p.b_column_stride == 1 && p.bias == nullptr)
    return add_outer_product(p, block);
  for (std::size_t j = block.first_column; j < block.last_column; j += kColumns) {
    const std::size_t last_column = least(block.last_column, j + kColumns);
    for (std::size_t term = 0; term < p.terms; term += kTerms) {
      add_panels(p, block, j, last_column, term, least(kTerms, p.terms - term));
    }
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
