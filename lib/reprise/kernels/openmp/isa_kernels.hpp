// The loops that are compiled once for each instruction set, as plain functions on plain pointers.
//
// isa/unit.cpp makes one such table for each set; the backend picks one at run time
// (kernels/isa.hpp) and cuts the work into pieces for its threads. All tables give the same bits:
// every output element has one accumulator, and its terms are added in the order of
// kernels/reference/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "reprise/kernels/rules/activation.hpp"
#include "reprise/kernels/rules/loss.hpp"
#include "reprise/kernels/rules/optimizer_list.hpp"

namespace reprise {

// c(i, j) = a(i, 0) b(0, j) + a(i, 1) b(1, j) + ... in this order, + bias(j). Steps say how far
// apart neighbours lie, so that a transposed matrix is only another pair of steps.
template <class T>
struct Product {
  std::size_t rows, columns, terms;
  const T* a;
  std::size_t a_row_step, a_term_step;
  const T* b;
  std::size_t b_term_step, b_column_step;
  T* c;           // row-major
  const T* bias;  // or null
};

// Rows [first_row, last_row) and columns [first_column, last_column) of a result.
struct Block {
  std::size_t first_row, last_row, first_column, last_column;
};

// Lists of ones: list i is ones[begin(i)] .. ones[end(i) - 1]. Where lists are cut into parts, the
// places of a list's cuts lie side by side. `narrow` are the same ones in 16 bits, or null.
struct Lists {
  const std::int32_t* ones;
  const std::int64_t* begins;
  const std::int64_t* ends;
  std::size_t step = 1;
  const std::uint16_t* narrow = nullptr;

  std::int64_t begin(std::size_t i) const { return begins[i * step]; }
  std::int64_t end(std::size_t i) const { return ends[i * step]; }
};

// out(i, j) = sum of values[k] from(ones[k], j) over the places k of row i's list, for `columns`
// columns; without values of from(ones[k], j). A sum begins at 0 or at what is there; at its end
// bias(j) is added where there is one. Row i's list is list rows[i], or list i where rows is null.
template <class T>
struct ListedProducts {
  Lists lists;
  const T* values;
  const std::int32_t* rows;
  const T* from;
  std::size_t from_step, columns;
  T* out;
  std::size_t out_step;
  bool begins;
  const T* bias = nullptr;
};

// Of the rule that a variant holds: what tables of rules take.
template <class Variant>
const void* address_of(const Variant& variant) {
  return std::visit([](const auto& rule) -> const void* { return &rule; }, variant);
}

// What a loss takes and gives, as Backend::loss: row i has `target_columns` and
// `prediction_columns` values; `gradient` may be null.
template <class T>
struct LossRows {
  const T *target, *prediction, *upstream;
  std::size_t target_columns, prediction_columns;
  T *values, *gradient;
};

// `rows` runs of `columns` neighbouring weights each, `step` apart, with their slots of state (slot
// s of a weight lies s n behind its first) and their gradients, one run after the other. `cleared`
// are the gradients once more, to be 0 afterwards, or null.
template <class T>
struct OptimizerPiece {
  T* weights;
  const T* gradients;
  T* slots;
  std::size_t n, columns;
  std::size_t rows = 1, step = 0;
  T* cleared = nullptr;
};

// A dense layer that is trained a sample at a time (openmp/single_plan.hpp). Row k of its kernel is
// at rows + k step: `width` weights, then as many values of each slot; beyond its units a row is 0
// and stays so. A bias is the row of one input more, which is always 1. A layer of one unit has a
// single row, its column.
template <class T>
struct SingleLayer {
  std::size_t inputs, units;
  std::size_t terms;  // inputs, and one for a bias
  std::size_t width, step;
  T* rows;
  T *x, *z, *y, *dz;  // x is the y of the layer below; padded to vectors
  std::uint32_t *live, *dead;
  // Of the activation; null where it is linear or `cuts`: the plain relu.
  bool cuts;
  const void* activation;
  void (*forward)(const void* rule, const T* z, T* y, std::size_t width, std::size_t first,
                  std::size_t last);
  void (*backward)(const void* rule, const T* z, const T* y, T* dy, std::size_t width,
                   std::size_t first, std::size_t last);
};

// Steps on samples order[0] .. order[n - 1], one after another.
template <class T>
struct SingleRun {
  const SingleLayer<T>* layers;
  std::size_t count;
  const std::int32_t* order;
  std::size_t n;
  const T *x, *y;
  std::size_t x_columns, y_columns;
  T upstream;
  const void* loss;
  void (*losses)(const void* rule, const LossRows<T>&, std::size_t first, std::size_t last);
  bool squares;          // the loss is the plain mean squared error
  bool takes_logits;     // the loss, of the last layer
  const void* formulas;  // of step i at i formula_step bytes
  std::size_t formula_step;
  bool skips;  // a gradient of 0 moves no weight (single_plan.cpp)
  T bound;
  T *z_out, *y_out;  // of the last layer, a row a step
};

template <class T>
struct IsaKernels {
  // Rows and columns that the registers hold at once: pieces should be multiples of them.
  std::size_t tile_rows, tile_columns;

  // Each product is added with one rounding.
  void (*fused_product)(const Product<T>&, const Block&);
  // Each product is rounded, then added.
  void (*product)(const Product<T>&, const Block&);
  // For one column: product k goes to lane k % 4, as four_lane_dot of the reference. The columns of
  // the block are ignored.
  void (*fused_product_of_one_column)(const Product<T>&, const Block&);

  // out(i, j) = from(x0, j) + from(x1, j) + ... + bias(j) for a block of out, where x0, x1, ... is
  // list rows[i], or list i where `rows` is null; `width` columns in all. bias may be null.
  void (*sum_listed_rows)(const Lists& lists, const std::int32_t* rows, const T* from,
                          std::size_t width, const T* bias, T* out, const Block&);
  // Rows [first, last) of such sums; each product added with one rounding, or rounded, then added.
  using AddListedProducts = void (*)(const ListedProducts<T>&, std::size_t first, std::size_t last);
  AddListedProducts add_listed_products_fused, add_listed_products;
  // out(x, j) += from(i, j) for i = 0 .. n - 1 and every x of list rows[i], or list i.
  void (*add_to_listed_rows)(const Lists& lists, const std::int32_t* rows, std::size_t n,
                             const T* from, std::size_t width, T* out);
  // out(j) = from(0, j) + from(1, j) + ... + from(n - 1, j) for columns [first, last)
  void (*sum_rows)(const T* from, std::size_t n, std::size_t width, std::size_t first,
                   std::size_t last, T* out);

  // One entry a rule, in the order of its variant; `rule` points to one of that type. Rows
  // [first, last) of `width` values; dy becomes dz.
  using ActivationForward = void (*)(const void* rule, const T* z, T* y, std::size_t width,
                                     std::size_t first, std::size_t last);
  using ActivationBackward = void (*)(const void* rule, const T* z, const T* y, T* dy,
                                      std::size_t width, std::size_t first, std::size_t last);
  using Losses = void (*)(const void* rule, const LossRows<T>&, std::size_t first,
                          std::size_t last);
  std::array<ActivationForward, std::variant_size_v<Activation>> activation_forward;
  std::array<ActivationBackward, std::variant_size_v<Activation>> activation_backward;
  std::array<Losses, std::variant_size_v<Loss>> loss;  // null for a CustomLoss

  // One entry a formula, in the order of Formulas<T>; `formula` points to one of that type.
  using OptimizerPass = void (*)(const void* formula, const OptimizerPiece<T>&);
  std::array<OptimizerPass, Formulas<T>::size> optimizer_pass;

  // Likewise. Whether no z and no dz of any step was beyond `bound` or not a number: if one was,
  // what was left out as 0 might have been none.
  using SingleSteps = bool (*)(const SingleRun<T>&);
  std::array<SingleSteps, Formulas<T>::size> single_steps;
};

}  // namespace reprise
