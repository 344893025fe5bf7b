// All layers of a narrow network from z of its first layer on, fused: the rows of the batch go
// through them in blocks, forward to the loss and back.
//
// The values of a block stay in the first-level cache, and a hidden layer's relu and its derivative
// are applied to sums that are still in registers. The sums are those of product.hpp and
// matrix_vector.hpp, term by term, so the bits are those of the primitives one after another, which
// are the plain counterpart (BatchStep::compute_rows).
#pragma once

#include "reprise/kernels/openmp/isa/matrix_vector.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// A multiple of the rows of a tile and of those of multiply_rows. Four matrices of 16 columns and a
// layer's weights take 13 KiB.
constexpr std::size_t kNarrowRows = 48;
static_assert(kNarrowRows % kTileRows == 0 && kNarrowRows % 4 == 0);

// The kernels of the layers, transposed for the backward pass.
template <class T>
using TransposedKernels = T[kMostNarrowLayers][kMostNarrowUnits<T> * kMostNarrowUnits<T>];

template <class T>
void transpose_kernels(const NarrowLayers<T>& p, TransposedKernels<T>& transposed) {
  for (std::size_t l = 1; l < p.count; ++l) {
    const NarrowLayer<T>& layer = p.layers[l];
    for (std::size_t k = 0; k < layer.inputs; ++k) {
      for (std::size_t j = 0; j < layer.units; ++j) {
        transposed[l][j * layer.inputs + k] = layer.kernel[k * layer.units + j];
      }
    }
  }
}

// add_tiles for a c that is wider than the tiles of this instruction set.
template <PostOp Post, class T>
void add_narrow_tiles(std::size_t rows, const Tile<T>& whole) {
  for (std::size_t j = 0; j < whole.columns; j += kTileColumns<T>) {
    Tile<T> tile = whole;
    tile.columns = least(kTileColumns<T>, whole.columns - j);
    tile.b += j;
    tile.c += j;
    tile.y += j;
    if (tile.bias != nullptr) tile.bias += j;
    add_tiles<Post>(rows, tile);
  }
}

// The product of the rows of a from row i on, which have `terms` values, and b, whose rows have
// `columns` values. c and y have as many columns.
template <class T>
Tile<T> tile_of_rows(const T* a, std::size_t terms, const T* b, std::size_t columns, T* c, T* y,
                     std::size_t i) {
  Tile<T> tile{};
  tile.a = a + i * terms;
  tile.a_row_stride = tile.terms = terms;
  tile.a_term_stride = 1;
  tile.a_tile_stride = kTileRows * terms;
  tile.b = b;
  tile.b_stride = tile.c_stride = tile.columns = columns;
  tile.c = c + i * columns;
  tile.zero_init = true;
  tile.y = y + i * columns;
  return tile;
}

// y of rows [i, i + n) from z.
template <class T>
void activate(const NarrowLayer<T>& layer, std::size_t i, std::size_t n) {
  const LayerActivation<T>& activation = layer.activation;
  if (activation.forward != nullptr) {
    return activation.forward(activation.rule, layer.z, layer.y, layer.units, i, i + n);
  }
  const T* __restrict z = layer.z + i * layer.units;
  T* __restrict y = layer.y + i * layer.units;
  for (std::size_t k = 0; k < n * layer.units; ++k) {
    y[k] = activation.is_relu && z[k] < T(0) ? T(0) : z[k];
  }
}

// z and y of rows [i, i + n) from x, the y of the layer below.
template <class T>
void forward_narrow(const NarrowLayer<T>& layer, const T* x, std::size_t i, std::size_t n) {
  if (layer.units == 1) {
    matrix_vector_product<T>(
        {i + n, 1, layer.inputs, x, layer.inputs, 1, layer.kernel, 1, 1, layer.z, layer.bias},
        {i, i + n, 0, 1});
    return activate(layer, i, n);
  }
  Tile<T> tile = tile_of_rows(x, layer.inputs, layer.kernel, layer.units, layer.z, layer.y, i);
  tile.bias = layer.bias;
  if (layer.activation.is_relu) return add_narrow_tiles<PostOp::relu>(n, tile);
  add_narrow_tiles<PostOp::none>(n, tile);
  activate(layer, i, n);
}

// Overwrites dy with dz for rows [i, i + n).
template <class T>
void pull_back_narrow(const NarrowLayer<T>& layer, std::size_t i, std::size_t n) {
  const LayerActivation<T>& activation = layer.activation;
  if (activation.backward != nullptr) {
    activation.backward(activation.rule, layer.z, layer.y, layer.dy, layer.units, i, i + n);
  } else if (activation.is_relu) {
    const T* __restrict y = layer.y;
    T* __restrict dy = layer.dy;
    for (std::size_t k = i * layer.units; k < (i + n) * layer.units; ++k) {
      dy[k] = dy[k] * (y[k] > T(0) ? T(1) : T(0));
    }
  }
}

// dz of the layer below for rows [i, i + n).
template <class T>
void backward_narrow(const NarrowLayer<T>& layer, const T* transposed, const NarrowLayer<T>& below,
                     std::size_t i, std::size_t n) {
  const Tile<T> tile =
      tile_of_rows(layer.dy, layer.units, transposed, layer.inputs, below.dy, below.y, i);
  if (below.activation.is_relu) return add_narrow_tiles<PostOp::relu_backward>(n, tile);
  add_narrow_tiles<PostOp::none>(n, tile);
  pull_back_narrow(below, i, n);
}

template <class T>
void narrow_layers(const NarrowLayers<T>& p, std::size_t first, std::size_t last) {
  const NarrowLayer<T>& top = p.layers[p.count - 1];
  LossRows<T> loss = p.loss;
  loss.prediction = p.loss_on_logits ? top.z : top.y;
  loss.gradient = p.training ? top.dy : nullptr;
  alignas(64) TransposedKernels<T> transposed;
  if (p.training) transpose_kernels(p, transposed);
  for (std::size_t i = first; i < last; i += kNarrowRows) {
    const std::size_t n = least(kNarrowRows, last - i);
    activate(p.layers[0], i, n);
    for (std::size_t l = 1; l < p.count; ++l) forward_narrow(p.layers[l], p.layers[l - 1].y, i, n);
    p.losses(p.loss_rule, loss, i, i + n);
    if (!p.training) continue;
    if (!p.loss_on_logits) pull_back_narrow(top, i, n);
    for (std::size_t l = p.count; l-- > 1;) {
      backward_narrow(p.layers[l], transposed[l], p.layers[l - 1], i, n);
    }
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
