// Packing the operands of a product for its tiles (product.hpp).
#pragma once

#include "reprise/kernels/openmp/isa/product_tile.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise::REPRISE_ISA {
namespace {

constexpr std::size_t kTerms = 256;  // the most that are packed at the same time
constexpr std::size_t kPanelBytes = kTileVectors * kVectorBytes;
constexpr std::size_t kPanels = 512 / kPanelBytes;  // the most that are packed together
// The most tiles of rows of a that are packed together, 72 KiB. With the panels they take 204 KiB
// of a thread's stack, which has at least 512 (core/parallel.hpp).
template <class T>
constexpr std::size_t kPackedTiles = 48 / sizeof(T);
// The distance between packed tiles, with room for the last vector of pack_rows.
constexpr std::size_t kPackedTile = kTerms * kTileRows + 8;

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

[[gnu::always_inline]] inline std::size_t least(std::size_t a, std::size_t b) {
  return a < b ? a : b;
}

// A constant number of bytes would be copied by GCC 12 in pieces of 16.
template <class T>
[[gnu::always_inline]] inline void copy_vector(const T* from, T* to) {
  Vector<T> values;
  load(values, from);
  store(values, to);
}

// Packs columns [column, last_column) of p.b, for `terms` terms from `b` on, into panels.
template <class T>
void pack_panels(const Product<T>& p, const T* b, std::size_t column, std::size_t last_column,
                 std::size_t terms, T* panels) {
  constexpr std::size_t kPanelSize = kTerms * kTileColumns<T>;
  if (p.b_column_stride == 1) {  // the rows of all panels in turn, because they are contiguous
    for (std::size_t t = 0; t < terms; ++t) {
      const T* const row = b + t * p.b_term_stride;
      T* to = panels + t * kTileColumns<T>;
      std::size_t j = column;
      for (; j + kTileColumns<T> <= last_column; j += kTileColumns<T>, to += kPanelSize) {
        for (std::size_t v = 0; v < kTileVectors; ++v) {
          copy_vector(row + j + v * kLanes<T>, to + v * kLanes<T>);
        }
      }
      for (std::size_t k = 0; j + k < last_column; ++k) to[k] = row[j + k];
    }
    return;
  }
  for (std::size_t j = column; j < last_column; j += kTileColumns<T>, panels += kPanelSize) {
    const std::size_t columns = least(kTileColumns<T>, last_column - j);
    const T* const from = b + j * p.b_column_stride;
    std::size_t k = 0;
    for (; p.b_term_stride == 1 && k + 4 <= columns; k += 4) {
      pack_four_columns(from + k * p.b_column_stride, p.b_column_stride, terms, panels + k);
    }
    for (; k < columns; ++k) {
      for (std::size_t t = 0; t < terms; ++t) {
        panels[t * kTileColumns<T> + k] = from[t * p.b_term_stride + k * p.b_column_stride];
      }
    }
  }
}

// Packs `rows` rows of a, at most kPackedTiles<T> tiles of them. Values of neighbouring rows lie in
// the same cache line if the terms are strided, so all tiles are packed in one pass.
template <class T>
void pack_rows(const T* a, std::size_t row_stride, std::size_t term_stride, std::size_t rows,
               std::size_t terms, T* to) {
  const std::size_t whole = row_stride == 1 ? rows / kTileRows : 0;
  for (std::size_t t = 0; t < terms; ++t) {
    const T* from = a + t * term_stride;
    T* tile = to + t * kTileRows;
    for (std::size_t n = 0; n + 1 < whole; ++n, from += kTileRows, tile += kPackedTile) {
      // a vector reads into the next tile's rows and writes to the next term's place
      if constexpr (kLanes<T> >= kTileRows && kLanes<T> <= 2 * kTileRows) {
        static_assert(kLanes<T> <= kTileRows + 8);
        copy_vector(from, tile);
      } else {
        __builtin_memcpy(tile, from, sizeof(T) * kTileRows);
      }
    }
    if (whole > 0) __builtin_memcpy(tile, from, sizeof(T) * kTileRows);
  }
  for (std::size_t i = whole * kTileRows; i < rows; i += kTileRows) {
    const std::size_t last = least(rows, i + kTileRows);
    T* const tile = to + i / kTileRows * kPackedTile;
    for (std::size_t t = 0; t < terms; ++t) {
      for (std::size_t r = i; r < last; ++r) {
        tile[t * kTileRows + r - i] = a[t * term_stride + r * row_stride];
      }
    }
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
