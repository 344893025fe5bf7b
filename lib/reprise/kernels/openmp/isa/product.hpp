// Products of dense matrices. A tile of outputs stays in registers while its terms are added in
// ascending order, which is fast and computes the reference's bits.
//
// b is packed into panels as wide as a tile, so that the inner loop reads contiguous memory, unless
// its rows are contiguous already and short, or only a few rows of a use them. A panel of up to
// kTerms terms (16 KiB with AVX2) is multiplied with all tiles of a below one another before the
// next panel. Between blocks of terms c holds the partial sums, which changes no bit. If the terms
// of a are not contiguous and several panels use them, a is packed too: its rows, 2 or 4 KiB apart,
// would share a few sets of the first-level cache.
#pragma once

#include "reprise/kernels/openmp/isa/product_packing.hpp"
#include "reprise/kernels/openmp/isa/row_dots.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// Adds terms [first_term, first_term + terms) to columns [column, last_column), at most kPanels
// panels.
template <class T>
void add_panels(const Product<T>& p, const Block& block, std::size_t column,
                std::size_t last_column, std::size_t first_term, std::size_t terms) {
  alignas(64) T panels[kTerms * kPanels * kTileColumns<T>];
  alignas(64) T left[kPackedTiles<T> * kPackedTile];
  static_assert(sizeof panels + sizeof left <= 204 << 10);
  const T* const b = p.b + first_term * p.b_term_stride;
  // packing a panel whose rows are contiguous in b pays off from the third tile on, and not if they
  // are neighbours already
  const bool direct =
      p.b_column_stride == 1 &&
      (block.last_row - block.first_row <= 2 * kTileRows || p.b_term_stride <= kTileColumns<T>);
  if (!direct) pack_panels(p, b, column, last_column, terms, panels);
  // without packing, a single panel would still visit a page of memory for each term of each tile
  const bool packs_rows = p.a_term_stride != 1 && (last_column - column > kTileColumns<T> ||
                                                   p.a_term_stride * sizeof(T) >= 4096);
  const bool ends = first_term + terms == p.terms;
  const std::size_t rows_at_once =
      packs_rows ? kPackedTiles<T> * kTileRows : block.last_row - block.first_row;
  for (std::size_t i = block.first_row; i < block.last_row; i += rows_at_once) {
    const std::size_t rows = least(rows_at_once, block.last_row - i);
    Tile<T> tile{};
    tile.a = p.a + i * p.a_row_stride + first_term * p.a_term_stride;
    tile.a_row_stride = p.a_row_stride;
    tile.a_term_stride = p.a_term_stride;
    tile.a_tile_stride = kTileRows * p.a_row_stride;
    if (packs_rows) {
      pack_rows(tile.a, p.a_row_stride, p.a_term_stride, rows, terms, left);
      tile.a = left;
      tile.a_row_stride = 1;
      tile.a_term_stride = kTileRows;
      tile.a_tile_stride = kPackedTile;
    }
    tile.terms = terms;
    tile.zero_init = first_term == 0;
    tile.c_stride = p.columns;
    for (std::size_t j = column, n = 0; j < last_column; j += kTileColumns<T>, ++n) {
      tile.columns = least(kTileColumns<T>, last_column - j);
      tile.b = direct ? b + j : panels + n * kTerms * kTileColumns<T>;
      tile.b_stride = direct ? p.b_term_stride : kTileColumns<T>;
      tile.c = p.c + i * p.columns + j;
      tile.bias = ends && p.bias != nullptr ? p.bias + j : nullptr;
      add_tiles(rows, tile);
    }
  }
}

// One row times a transposed matrix, as in backward_data at batch 1, where packing would cost more
// than the sums.
template <class T>
void add_dots(const Product<T>& p, const Block& block) {
  for (std::size_t begin = block.first_column; begin < block.last_column; begin += kDotRows) {
    const std::size_t n = least(kDotRows, block.last_column - begin);
    dot_rows(
        n, p.terms, p.a, [&](std::size_t i) { return p.b + (begin + i) * p.b_column_stride; },
        [&](std::size_t i, T sum) {
          p.c[begin + i] = p.bias != nullptr ? sum + p.bias[begin + i] : sum;
        });
  }
}

// A product with one term and no bias, as in backward_weights at batch 1 and in backward_data of a
// layer with one unit. The sum starts at 0 as in the general product: fma(a, b, 0) is 0 where a b
// is -0. Rows of b stay in registers while all rows of c are written.
template <std::size_t Vectors, class T>
void add_outer_columns(const Product<T>& p, const Block& block, std::size_t column) {
  Vector<T> right[Vectors];
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) load(right[v], p.b + column + v * kLanes<T>);
  for (std::size_t i = block.first_row; i < block.last_row; ++i) {
    Vector<T> left;
    broadcast(left, p.a[i * p.a_row_stride]);
    T* const c = p.c + i * p.columns + column;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      Vector<T> product{};
      add_fused(product, left, right[v]);
      store(product, c + v * kLanes<T>);
    }
  }
}

template <class T>
void add_outer_product(const Product<T>& p, const Block& block) {
  const std::size_t last = block.last_column;
  if (last - block.first_column < kLanes<T>) {
    for (std::size_t i = block.first_row; i < block.last_row; ++i) {
      const T left = p.a[i * p.a_row_stride];
      T* __restrict c = p.c + i * p.columns;
      for (std::size_t j = block.first_column; j < last; ++j) c[j] = fused_product(left, p.b[j]);
    }
    return;
  }
  std::size_t j = block.first_column;
  for (; j + 8 * kLanes<T> <= last; j += 8 * kLanes<T>) add_outer_columns<8>(p, block, j);
  for (; j + 2 * kLanes<T> <= last; j += 2 * kLanes<T>) add_outer_columns<2>(p, block, j);
  for (; j + kLanes<T> <= last; j += kLanes<T>) add_outer_columns<1>(p, block, j);
  if (j < last) add_outer_columns<1>(p, block, last - kLanes<T>);  // overlaps the one before
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
  const bool one_row_of_transposed =
      p.rows == 1 && p.b_column_stride != 1 && p.b_term_stride == 1 && p.a_term_stride == 1;
  if (one_row_of_transposed) return add_dots(p, block);
  if (p.terms == 1 && p.b_column_stride == 1 && p.bias == nullptr)
    return add_outer_product(p, block);
  // equal blocks of terms: 784 in four of 196 instead of three of 256 and one of 16
  const std::size_t blocks = (p.terms + kTerms - 1) / kTerms;
  const std::size_t terms = blocks > 0 ? (p.terms + blocks - 1) / blocks : 0;
  for (std::size_t j = block.first_column; j < block.last_column; j += kColumns) {
    const std::size_t last_column = least(block.last_column, j + kColumns);
    for (std::size_t term = 0; term < p.terms; term += terms) {
      add_panels(p, block, j, last_column, term, least(terms, p.terms - term));
    }
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
