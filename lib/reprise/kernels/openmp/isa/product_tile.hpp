// Tiles of products (product.hpp): sums that stay in registers while their terms are added.
//
// A tile whose width is no multiple of a vector needs no padding. Its last vector overlaps the one
// before, and the columns that both hold get the same sums twice. A tile narrower than a vector
// reads and writes only its first lanes.
#pragma once

#include "reprise/kernels/openmp/isa/vector.hpp"

namespace reprise::REPRISE_ISA {
namespace {

template <class T>
constexpr std::size_t kTileColumns = kTileVectors* kLanes<T>;

// What happens to the sums of a tile before they are stored.
enum class PostOp { none, relu, relu_backward };

// The input and output of a tile, or of several below one another.
template <class T>
struct Tile {
  const T* a;
  std::size_t a_row_stride, a_term_stride;
  std::size_t a_tile_stride;  // from a tile to the next one
  const T* b;
  std::size_t b_stride;
  T* c;
  std::size_t c_stride;
  std::size_t columns, terms;
  bool zero_init;  // whether sums start at 0 instead of c
  const T* bias;   // added at the end, or null
  // PostOp::relu writes the relu of the sums to y, too. PostOp::relu_backward multiplies the sums
  // by the derivative of the relu with the outputs y. Laid out as c, and in other memory than a and
  // b.
  T* y = nullptr;
};

// A tile of Rows rows and Vectors vectors. If Narrow, it has a single vector and fewer columns.
template <std::size_t Rows, std::size_t Vectors, bool Narrow, PostOp Post, class T>
[[gnu::always_inline]] inline void add_tile(const Tile<T>& given) {
  using V = Vector<T>;
  const Tile<T> tile = given;  // a copy, which no store can change
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
  const auto store_columns = [=](const V& from, T* to) {
    if constexpr (Narrow) {
      lanes.store(from, to);
    } else {
      store(from, to);
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
      const std::size_t at = r * tile.c_stride + offset(v);
      if constexpr (Post == PostOp::relu) {
        store_columns(sum[r][v] < V{} ? V{} : sum[r][v], tile.y + at);
      }
      if constexpr (Post == PostOp::relu_backward) {
        V outputs;
        load_columns(outputs, tile.y + at);
        sum[r][v] = sum[r][v] * (outputs > V{} ? V{} + T(1) : V{});
      }
      store_columns(sum[r][v], tile.c + at);
    }
  }
}

// Tiles below one another, of `rows` rows in all. The code for tiles of all widths in one function
// would have too few registers (75 instead of 36 instructions for a term of 5 rows).
template <std::size_t Vectors, bool Narrow, PostOp Post, class T>
[[gnu::noinline]] void add_tiles_of(std::size_t rows, const Tile<T>& first) {
  static_assert(kTileRows <= 6);
  Tile<T> tile = first;
  for (; rows >= kTileRows; rows -= kTileRows) {
    add_tile<kTileRows, Vectors, Narrow, Post>(tile);
    tile.a += tile.a_tile_stride;
    tile.c += kTileRows * tile.c_stride;
    if (Post != PostOp::none) tile.y += kTileRows * tile.c_stride;
  }
  switch (rows) {
    case 0: return;
    case 1: return add_tile<1, Vectors, Narrow, Post>(tile);
    case 2: return add_tile<2, Vectors, Narrow, Post>(tile);
    case 3: return add_tile<3, Vectors, Narrow, Post>(tile);
    case 4: return add_tile<4, Vectors, Narrow, Post>(tile);
    default: return add_tile<5, Vectors, Narrow, Post>(tile);
  }
}

template <PostOp Post = PostOp::none, class T>
void add_tiles(std::size_t rows, const Tile<T>& tile) {
  static_assert(kTileVectors == 2 || kTileVectors == 4);
  if (tile.columns < kLanes<T>) return add_tiles_of<1, true, Post>(rows, tile);
  switch ((tile.columns + kLanes<T> - 1) / kLanes<T>) {
    case 1: return add_tiles_of<1, false, Post>(rows, tile);
    case 2: return add_tiles_of<2, false, Post>(rows, tile);
    case 3: return add_tiles_of < kTileVectors < 3 ? 2 : 3, false, Post > (rows, tile);
    default: return add_tiles_of<kTileVectors, false, Post>(rows, tile);
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
