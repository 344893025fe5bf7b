// Products of dense matrices. A tile of outputs stays in registers while its terms are added in
// ascending order, which is fast and computes the reference's bits.
//
// b is packed into panels as wide as a tile, so that the inner loop reads contiguous memory, unless
// its rows are contiguous already and short, or only a few rows of a use them. Blocks of kTerms
// keep a panel in the first-level cache (16 KiB of 32). Between blocks of terms c holds the partial
// sums, which changes no bit. If the terms of a are not contiguous and several panels use them, a
// is packed too, for the rows of one tile at a time: its rows, 2 or 4 KiB apart, would share a few
// sets of the cache.
//
// A tile whose width is no multiple of a vector needs no padding. Its last vector overlaps the one
// before, and the columns that both hold get the same sums twice. A tile narrower than a vector
// reads and writes only its first lanes.
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
  std::size_t columns, terms;
  bool zero_init;  // whether sums start at 0 instead of c
  const T* bias;   // added at the end, or null
};

// A tile of Rows rows and Vectors vectors. If Narrow, it has a single vector and fewer columns.
template <std::size_t Rows, std::size_t Vectors, bool Narrow, class T>
void add_tile(const Tile<T>& tile) {
  using V = Vector<T>;
  const std::size_t last = Narrow ? 0 : tile.columns - kLanes<T>;
  const FirstLanes<T> lanes(Narrow ? tile.columns : 0);
  const auto offset = [=](std::size_t v) { return v + 1 < Vectors ? v * kLanes<T> : last; };
  const auto load_columns = [=](V& to, const T* from) {
    if constexpr (Narrow) {
      lanes.load(to, from);
    } else {
      load(to, from);
    }
  };
  V sum[Rows][Vectors];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      sum[r][v] = V{};
      if (!tile.zero_init) load_columns(sum[r][v], tile.c + r * tile.c_stride + offset(v));
    }
  }
  const T* a = tile.a;
  const T* b = tile.b;
  for (std::size_t t = 0; t < tile.terms; ++t, a += tile.a_term_stride, b += tile.b_stride) {
    V factor[Vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) load_columns(factor[v], b + offset(v));
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
    if (tile.bias != nullptr) load_columns(bias, tile.bias + offset(v));
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      if (tile.bias != nullptr) sum[r][v] = sum[r][v] + bias;
      T* const c = tile.c + r * tile.c_stride + offset(v);
      if constexpr (Narrow) {
        lanes.store(sum[r][v], c);
      } else {
        store(sum[r][v], c);
      }
    }
  }
}

template <std::size_t Vectors, bool Narrow, class T>
void add_tile_of(std::size_t rows, const Tile<T>& tile) {
  static_assert(kTileRows <= 6);
  switch (rows) {
    case 1: return add_tile<1, Vectors, Narrow>(tile);
    case 2: return add_tile<2, Vectors, Narrow>(tile);
    case 3: return add_tile<3, Vectors, Narrow>(tile);
    case 4: return add_tile<4, Vectors, Narrow>(tile);
    case 5: return add_tile<5, Vectors, Narrow>(tile);
    default: return add_tile<6, Vectors, Narrow>(tile);
  }
}

template <class T>
void add_tile_of(std::size_t rows, const Tile<T>& tile) {
  static_assert(kTileVectors == 2 || kTileVectors == 4);
  if (tile.columns < kLanes<T>) return add_tile_of<1, true>(rows, tile);
  switch ((tile.columns + kLanes<T> - 1) / kLanes<T>) {
    case 1: return add_tile_of<1, false>(rows, tile);
    case 2: return add_tile_of<2, false>(rows, tile);
    case 3: return add_tile_of < kTileVectors < 3 ? 2 : 3, false > (rows, tile);
    default: return add_tile_of<kTileVectors, false>(rows, tile);
  }
}

// Four columns of a transposed b, whose terms are contiguous, into a panel. Blocks of four by four
// values are transposed in registers.
template <class T>
void pack_four_columns(const T* b, std::size_t column_stride, std::size_t terms, T* to) {
  using Indexes = Four<std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>>;
  std::size_t t = 0;
  for (; t + 4 <= terms; t += 4) {
    Four<T> column[4];
    for (std::size_t j = 0; j < 4; ++j) load(column[j], b + j * column_stride + t);
    const Four<T> low01 = __builtin_shuffle(column[0], column[1], Indexes{0, 4, 1, 5});
    const Four<T> high01 = __builtin_shuffle(column[0], column[1], Indexes{2, 6, 3, 7});
    const Four<T> low23 = __builtin_shuffle(column[2], column[3], Indexes{0, 4, 1, 5});
    const Four<T> high23 = __builtin_shuffle(column[2], column[3], Indexes{2, 6, 3, 7});
    T* const out = to + t * kTileColumns<T>;
    store(__builtin_shuffle(low01, low23, Indexes{0, 1, 4, 5}), out);
    store(__builtin_shuffle(low01, low23, Indexes{2, 3, 6, 7}), out + kTileColumns<T>);
    store(__builtin_shuffle(high01, high23, Indexes{0, 1, 4, 5}), out + 2 * kTileColumns<T>);
    store(__builtin_shuffle(high01, high23, Indexes{2, 3, 6, 7}), out + 3 * kTileColumns<T>);
  }
  for (; t < terms; ++t) {
    for (std::size_t j = 0; j < 4; ++j) to[t * kTileColumns<T> + j] = b[j * column_stride + t];
  }
}

// Packs a panel of `columns` columns from `b` on.
template <class T>
void pack_panel(const T* b, std::size_t term_stride, std::size_t column_stride, std::size_t terms,
                std::size_t columns, T* to) {
  if (column_stride == 1) {
    for (std::size_t t = 0; t < terms; ++t, b += term_stride, to += kTileColumns<T>) {
      if (columns == kTileColumns<T>) {
        __builtin_memcpy(to, b, sizeof(T) * kTileColumns<T>);
      } else {
        for (std::size_t j = 0; j < columns; ++j) to[j] = b[j];
      }
    }
    return;
  }
  std::size_t j = 0;
  for (; term_stride == 1 && j + 4 <= columns; j += 4) {
    pack_four_columns(b + j * column_stride, column_stride, terms, to + j);
  }
  for (; j < columns; ++j) {
    for (std::size_t t = 0; t < terms; ++t) {
      to[t * kTileColumns<T> + j] = b[t * term_stride + j * column_stride];
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
  // packing a panel whose rows are contiguous in b pays off from the third tile on, and not if they
  // are neighbours already
  const bool direct =
      p.b_column_stride == 1 &&
      (block.last_row - block.first_row <= 2 * kTileRows || p.b_term_stride <= kTileColumns<T>);
  for (std::size_t j = column, n = 0; j < last_column && !direct; j += kTileColumns<T>, ++n) {
    pack_panel(b + j * p.b_column_stride, p.b_term_stride, p.b_column_stride, terms,
               least(kTileColumns<T>, last_column - j), panels + n * kTerms * kTileColumns<T>);
  }
  const bool packs_rows = p.a_term_stride != 1 && last_column - column > kTileColumns<T>;
  for (std::size_t i = block.first_row; i < block.last_row; i += kTileRows) {
    const std::size_t rows = least(kTileRows, block.last_row - i);
    Tile<T> tile{};
    tile.a = p.a + i * p.a_row_stride + first_term * p.a_term_stride;
    tile.a_row_stride = p.a_row_stride;
    tile.a_term_stride = p.a_term_stride;
    if (packs_rows) {
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
      tile.columns = least(kTileColumns<T>, last_column - j);
      tile.b = direct ? b + j : panels + n * kTerms * kTileColumns<T>;
      tile.b_stride = direct ? p.b_term_stride : kTileColumns<T>;
      tile.c = p.c + i * p.columns + j;
      tile.bias = ends && p.bias != nullptr ? p.bias + j : nullptr;
      add_tile_of(rows, tile);
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
    for (std::size_t j = 0; j < n; ++j) c[j] = fused_product(left, b[j]);
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
