// The kernels that are compiled once per instruction set: a table of plain functions on plain
// pointers.
//
// isa/unit.cpp defines one table per instruction set. The backend chooses one at run time
// (kernels/isa.hpp) and divides the work among its threads. All tables compute the same bits: every
// output element has one accumulator, and its terms are added in the order of kernels/reference/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "reprise/core/csr_lanes.hpp"
#include "reprise/kernels/rules/activation.hpp"
#include "reprise/kernels/rules/loss.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

// A product of dense matrices: c(i, j) = a(i, 0) b(0, j) + a(i, 1) b(1, j) + ... in this order,
// plus bias(j). Strides are distances between neighbours, so a transposed matrix only swaps its
// strides.
template <class T>
struct Product {
  std::size_t rows, columns, terms;
  const T* a;
  std::size_t a_row_stride, a_term_stride;
  const T* b;
  std::size_t b_term_stride, b_column_stride;
  T* c;           // row-major
  const T* bias;  // or null
};

// Rows [first_row, last_row) and columns [first_column, last_column) of a result.
struct Block {
  std::size_t first_row, last_row, first_column, last_column;
};

// A sparse matrix in CSR form, or a range of its columns (openmp/csr_ranges.hpp). Row i has
// nonzeros in columns col_idx[begin(i)] .. col_idx[end(i) - 1].
struct CsrSlice {
  const std::int32_t* col_idx;
  const std::int64_t* row_ptr;

  std::int64_t begin(std::size_t i) const { return row_ptr[i]; }
  std::int64_t end(std::size_t i) const { return row_ptr[i + 1]; }
};

// Memory that will be needed soon: while a kernel computes row i, it prefetches values[i step] to
// values[(i + 1) step - 1].
template <class T>
struct Ahead {
  const T* values = nullptr;
  std::size_t step = 0;
};

// A product of a binary sparse matrix and `columns` columns of a dense matrix: c(i, j) = sum of
// b(col_idx[k], j) over the nonzeros k of row i of `a`. With zero_init a sum starts at 0, otherwise
// at c(i, j). A bias that is not null is added at the end.
template <class T>
struct CsrPanelProduct {
  CsrSlice a;
  const T* b;
  std::size_t b_stride, columns;
  T* c;
  std::size_t c_stride;
  bool zero_init;
  const T* bias = nullptr;
  std::array<Ahead<T>, 2> ahead = {};
};

// A narrow product with a sparse matrix in lanes. Row i of the batch is row rows[i] of `a`, or row
// i if rows is null. The row of the dense matrix for a one of group g at place p is at group[g] + p
// stride, of `width` values. If stride is width, all groups lie in one array and group[0] is
// group[1].
template <class T>
struct LaneProduct {
  CsrLanes a;
  const std::int32_t* rows;
  T* group[kSumLanes];
  std::size_t stride, width;
};

// The ones that a scatter takes from each row of the batch: those of groups [first_group,
// last_group). With `next`, row i takes those at the indexes next[i], next[i] + 1, ... of the
// places while they are below `end_place`, and next[i] becomes the index after the last one. Places
// ascend along a row if stride is width, which `next` requires.
struct LaneRange {
  std::size_t first_group, last_group;
  std::int64_t* next = nullptr;
  std::size_t end_place = 0;
};

// The lanes that a sum takes: all, or those of one half.
enum class LaneHalves { both, even, odd };

// The number of columns of a panel: eight vectors of AVX2. A panel's rows are contiguous.
template <class T>
inline constexpr std::size_t kPanelColumns = 256 / sizeof(T);

// A nonzero of a sparse batch. `offset` is where its row of a panel starts: kPanelColumns<T> times
// the number of the row.
template <class T>
struct PanelTerm {
  T value;
  std::uint32_t offset;
};

// Lists of terms times a panel: row i of c is the sum of value row(offset) over terms[begin[i]] ..
// terms[end[i] - 1]. A sum starts at 0 with zero_init, and at c(i, j) otherwise. If `out` is not
// null, the sums go there instead of to c, for the first `columns` columns of the panel, with the
// bias added unless that is null; its rows are `out_stride` apart.
template <class T>
struct PanelProduct {
  const PanelTerm<T>* terms;
  const std::uint32_t *begin, *end;
  const T* panel;
  T* c;
  bool zero_init;
  T* out = nullptr;
  std::size_t out_stride = 0, columns = kPanelColumns<T>;
  const T* bias = nullptr;
};

// The address of the activation or loss that a variant holds, as the functions below take it.
template <class Variant>
const void* address_of(const Variant& variant) {
  return std::visit([](const auto& rule) -> const void* { return &rule; }, variant);
}

// The arguments of a loss, as for Backend::loss. A row has `target_columns` targets and
// `prediction_columns` predictions; `gradient` may be null.
template <class T>
struct LossRows {
  const T *target, *prediction, *upstream;
  std::size_t target_columns, prediction_columns;
  T *values, *gradient;
};

// The arguments of a softmax with its loss in one pass. `rows` is as above, but its predictions are
// the inputs z of the softmax and its gradient is that with respect to z. y receives the outputs of
// the softmax. The loss reads z if loss_on_logits, otherwise y.
template <class T>
struct SoftmaxLossRows {
  LossRows<T> rows;
  T* y;
  bool loss_on_logits;
};

// The widest row of SoftmaxLossRows.
constexpr std::size_t kMostSoftmaxClasses = 2048;

// The arguments of an optimizer pass: `rows` runs of `columns` consecutive weights each, `stride`
// apart. Slots lie as the weights do, and slot s of a weight lies s n values after its slot 0.
// Gradients are contiguous. If `cleared` is not null, it points to the gradients too, and the pass
// sets them to 0.
template <class T>
struct OptimizerPiece {
  T* weights;
  const T* gradients;
  T* slots;
  std::size_t n, columns;
  std::size_t rows = 1, stride = 0;
  T* cleared = nullptr;

  // The same weights as a single run if the rows are neighbours.
  [[gnu::always_inline]] OptimizerPiece merged() const {
    OptimizerPiece piece = *this;
    if (stride == columns) {
      piece.columns *= rows;
      piece.rows = 1;
    }
    return piece;
  }
};

// Steps that rows of weights skipped (openmp/skipped_steps.hpp). Each of them would have multiplied
// the row's slots by `factor`, and nothing else. counts[i] is how many steps row i
// has skipped.
template <class T>
struct SkipCounts {
  std::uint32_t* counts;
  T factor;
};

// An activation: the plain relu if is_relu, otherwise the functions, which are null for linear.
// They compute rows [first, last) of `width` values, and `backward` overwrites dy with dz.
template <class T>
struct LayerActivation {
  using Forward = void (*)(const void* rule, const T* z, T* y, std::size_t width, std::size_t first,
                           std::size_t last);
  using Backward = void (*)(const void* rule, const T* z, const T* y, T* dy, std::size_t width,
                            std::size_t first, std::size_t last);
  bool is_relu = false;
  const void* rule = nullptr;
  Forward forward = nullptr;
  Backward backward = nullptr;
};

// The widest layer that NarrowLayers may have, and the most layers.
template <class T>
inline constexpr std::size_t kMostNarrowUnits = 64 / sizeof(T);
inline constexpr std::size_t kMostNarrowLayers = 8;

// A layer of NarrowLayers, with its values for the batch. The kernel has `inputs` rows of `units`
// values; those of the first layer are not used. The bias may be null.
template <class T>
struct NarrowLayer {
  std::size_t inputs, units;
  const T *kernel, *bias;
  T *z, *y, *dy;  // `units` values for each row of the batch; dy becomes dz
  LayerActivation<T> activation;
};

// The layers of a network for which z of the first one is known: outputs, losses, and if `training`
// the gradients. The predictions and the gradient of `loss` are set by the kernel.
template <class T>
struct NarrowLayers {
  const NarrowLayer<T>* layers;
  std::size_t count;
  LossRows<T> loss;
  const void* loss_rule;
  void (*losses)(const void* rule, const LossRows<T>&, std::size_t first, std::size_t last);
  bool loss_on_logits;  // whether the loss reads the last layer's z
  bool training;
};

// A dense layer for training with batches of one sample (openmp/batch1_plan.hpp). Row k of its
// kernel is at rows + k stride: `width` weights, then `width` values of each slot. The padding
// after the last unit is 0 and stays 0. The bias is one more row, for an input that is always 1. A
// layer with one unit stores its single column as one row.
template <class T>
struct Batch1Layer {
  std::size_t inputs, units;
  std::size_t terms;  // inputs, plus one for a bias
  std::size_t width, stride;
  T* rows;
  T *x, *z, *y, *dz;           // padded to whole vectors; x is the y of the layer below
  std::uint32_t *live, *dead;  // indexes of the inputs that are nonzero, and of those that are 0
  LayerActivation<T> activation;
};

// The arguments of Batch1Steps: one step on each of the samples order[0] .. order[n - 1], in this
// order.
template <class T>
struct Batch1Run {
  const Batch1Layer<T>* layers;
  std::size_t count;
  const std::int32_t* order;
  std::size_t n;
  const T *x, *y;
  std::size_t x_columns, y_columns;
  T upstream;
  const void* loss;
  void (*losses)(const void* rule, const LossRows<T>&, std::size_t first, std::size_t last);
  bool is_mse;           // whether the loss is the mean squared error
  bool loss_on_logits;   // whether the loss reads the last layer's z
  const void* formulas;  // the optimizer's formula for step i is i formula_stride bytes further
  std::size_t formula_stride;
  bool skip_zero_gradients;  // a gradient of 0 changes no weight (batch1_plan.cpp)
  T bound;                   // see Batch1Steps
  T *z_out, *y_out;          // of the last layer, one row per step
};

template <class T>
struct IsaKernels {
  // The rows and columns of c that the registers hold at once. The sizes of a thread's block should
  // be multiples of them.
  std::size_t tile_rows, tile_columns;

  // Each term is added with one rounding (fused multiply-add).
  void (*product)(const Product<T>&, const Block&);
  // For a b with one column: product k goes to lane k % 4, as in the reference's four_lane_dot.
  // Ignores the columns of the block.
  void (*matrix_vector_product)(const Product<T>&, const Block&);

  // Rows [first, last) of out = A b + bias in four lanes, for a narrow b, or the sum of one half of
  // the lanes. `bias` may be null. (core/csr_lanes.hpp)
  void (*multiply_lanes)(const LaneProduct<T>&, LaneHalves halves, const T* bias, T* out,
                         std::size_t first, std::size_t last);
  // z = even + odd + bias for rows [first, last) of `width` values. `bias` may be null.
  void (*add_halves)(const T* even, const T* odd, const T* bias, std::size_t width,
                     std::size_t first, std::size_t last, T* z);
  // Adds A^T dz to the rows of the matrix for the ones in the range; A has n rows.
  void (*scatter_lanes)(const LaneProduct<T>&, const LaneRange&, const T* dz, std::size_t n);

  // A block of c = A b + bias for a binary sparse A and a wide b, in ascending order: c(i, j) is
  // the sum of b(col_idx[k], j) over the nonzeros k of row i, plus bias(j) unless bias is null. Row
  // i is row rows[i] of `a`, or row i if rows is null. b and c have `width` columns.
  void (*csr_multiply)(const CsrSlice& a, const std::int32_t* rows, const T* b, std::size_t width,
                       const T* bias, T* c, const Block&);
  // Rows [first, last) of a CsrPanelProduct.
  void (*csr_multiply_panel)(const CsrPanelProduct<T>&, std::size_t first, std::size_t last);
  // Rows [first, last) of a PanelProduct. Each term is added with one rounding.
  void (*panel_multiply)(const PanelProduct<T>&, std::size_t first, std::size_t last);
  // Writes the values of x[0] .. x[n - 1] that are not 0, and their columns, of which x[0] has the
  // number `first`. Returns how many there are; both arrays must have room for n + 16.
  std::size_t (*compress)(const T* x, std::size_t n, std::size_t first, T* values,
                          std::uint16_t* columns);
  // out(j) = from(0, j) + from(1, j) + ... + from(n - 1, j) for columns [first, last)
  void (*sum_rows)(const T* from, std::size_t n, std::size_t width, std::size_t first,
                   std::size_t last, T* out);

  // Rows [first, last) of NarrowLayers.
  void (*narrow_layers)(const NarrowLayers<T>&, std::size_t first, std::size_t last);

  // One entry per alternative of the variant, in its order; `rule` points to an object of that
  // type.
  using Losses = void (*)(const void* rule, const LossRows<T>&, std::size_t first,
                          std::size_t last);
  std::array<typename LayerActivation<T>::Forward, std::variant_size_v<Activation>>
      activation_forward;
  std::array<typename LayerActivation<T>::Backward, std::variant_size_v<Activation>>
      activation_backward;
  std::array<Losses, std::variant_size_v<Loss>> loss;  // null for CustomLoss

  // The same bits as the softmax's activation_forward, the loss, and activation_backward unless the
  // loss reads z. Computes the exponentials once instead of two or three times. Null for losses
  // other than the categorical cross-entropies. With loss_on_logits the loss must be from_logits.
  using SoftmaxLosses = void (*)(const void* rule, const SoftmaxLossRows<T>&, std::size_t first,
                                 std::size_t last);
  std::array<SoftmaxLosses, std::variant_size_v<Loss>> softmax_loss;

  // One entry per formula, in the order of Formulas<T>; `formula` points to an object of that type.
  using OptimizerPass = void (*)(const void* formula, const OptimizerPiece<T>&);
  std::array<OptimizerPass, Formulas<T>::size> optimizer_pass;

  // Makes a step's pass for the rows of a piece that have a gradient, after the steps that they
  // skipped before, and counts a skipped step for each row whose gradients are all +0.
  void (*pass_active_rows)(OptimizerPass pass, const void* formula, const OptimizerPiece<T>&,
                           const SkipCounts<T>&);
  // Makes the steps that a row of `columns` weights skipped.
  void (*make_skipped_steps)(T* slots, std::size_t columns, std::uint32_t& count, T factor);

  // One entry per formula, too. Returns whether every z and dz of all steps was a number in
  // [-bound, bound]. If not, a skipped product might not have been 0, and the result is invalid.
  using Batch1Steps = bool (*)(const Batch1Run<T>&);
  std::array<Batch1Steps, Formulas<T>::size> batch1_steps;

  // Forms of the book's RMSprop with the same bits: those of the tables above, which compute every
  // second root by multiply-adds where that is possible, those with the processor's roots only, and
  // those without divisions. Some are null. kernels_of puts the fastest ones into the tables
  // (openmp/tables.hpp).
  struct RMSpropForm {
    OptimizerPass pass;
    Batch1Steps batch1;
  };
  enum : std::size_t { by_default, processor_roots, undivided, rmsprop_form_count };
  std::array<RMSpropForm, rmsprop_form_count> rmsprop_forms;
};

// The optimizer's pass with the formula of the current step.
template <class T>
struct StepFormula {
  typename IsaKernels<T>::OptimizerPass pass;
  const void* formula;
};

}  // namespace reprise
