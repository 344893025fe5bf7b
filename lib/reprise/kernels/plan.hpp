// What a backend is given and what it gives back: plain descriptions of a network and its data
// (shapes, rules, pointers), and the plan that trains it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/kernels/rules/activation.hpp"
#include "reprise/kernels/rules/gradient_clipping.hpp"
#include "reprise/kernels/rules/loss.hpp"
#include "reprise/kernels/rules/metric.hpp"
#include "reprise/kernels/rules/optimizer.hpp"
#include "reprise/kernels/rules/optimizer_step.hpp"
#include "reprise/kernels/rules/regularizer.hpp"

namespace reprise {

// Samples as rows: binary CSR (the book's multi-hot reviews) or dense values.
template <class T>
using Inputs = std::variant<CsrView, MatrixView<const T>>;

// Penalties of one layer; those of the output are divided by the rows of the batch.
struct Regularizers {
  std::optional<Regularizer> kernel, bias, output;
};

// y = activation(x kernel + bias); kernel (inputs, units) row-major, bias (units) or empty.
template <class T>
struct DenseDescription {
  MatrixView<T> kernel;
  std::span<T> bias;
  Activation activation;
  Regularizers regularizers;
};

// While training: y = keep ? x / (1 - rate) : 0. Element i of a batch, row-major, is kept where the
// i-th uniform number of Threefry's key (seed, number of the training batch) is below 1 - rate
// (keras/src/layers/regularization/dropout.py, jax.random.bernoulli).
struct DropoutDescription {
  std::size_t units;
  double rate;
  std::uint32_t seed;
};

template <class T>
using LayerDescription = std::variant<DenseDescription<T>, DropoutDescription>;

// What goes on from batch to batch beside weights and slots.
struct TrainingState {
  OptimizerStep step;         // of the optimizer; begins anew with each compile
  std::uint32_t batches = 0;  // trained in the life of the model: the dropout counter
};

// A network to train. The variables lie in one arena in Keras's order (W1, b1, W2, b2, ...), into
// which the layers point; `slots` holds slots_per_weight(optimizer) arenas of the same size.
template <class T>
struct NetworkDescription {
  std::vector<LayerDescription<T>> layers;
  std::span<T> variables;
  std::span<T> slots;
  TrainingState* state = nullptr;
  Loss loss;
  bool loss_on_layer_logits = false;  // the loss takes what entered the last activation
  std::vector<Metric> metrics;
  Optimizer optimizer;
  ClipForm clipping = ClipForm::keras_3;
};

// Samples and their targets; target rows have as many columns as the last layer has units, or one
// for a loss with sparse targets. `weights`: of each sample's loss, or empty (all 1).
template <class T>
struct Samples {
  Inputs<T> x;
  MatrixView<const T> y;
  std::span<const T> weights = {};
};

// One batch as fit and evaluate see it, before the weights move.
template <class T>
struct BatchResult {
  std::span<const std::int32_t> rows;  // indexes of the samples
  T loss = 0;                          // mean over the batch, penalties included
  std::span<const T> metric_sums;      // sum over the batch, one entry a metric
};

template <class T>
using BatchObserver = std::function<void(const BatchResult<T>&)>;

// Trains one network on one set of samples. A plan may keep weights and state in a form of its own
// while it trains; sync() brings the description's arenas up to date.
template <class T>
class Plan {
 public:
  virtual ~Plan() = default;

  // Takes the samples in the given order, in batches; the last one may be shorter. Calls `observe`
  // once a batch, in order.
  virtual void train_epoch(std::span<const std::int32_t> order,
                           const BatchObserver<T>& observe) = 0;
  // The same without training, on other samples in their own order.
  virtual void evaluate(const Samples<T>& samples, std::size_t batch_size,
                        const BatchObserver<T>& observe) = 0;
  // Outputs of the last layer, one row a sample, into `out`.
  virtual void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) = 0;
  virtual void sync() {}
  // Whether weights and state are up to date whenever `observe` is called.
  virtual bool is_current_between_batches() const { return true; }

  // What entered the activation of `layer` in the last batch of train_epoch, one row a sample; for
  // looking into a run (nn/divergence.hpp). Empty for a Dropout and for plans that never store it.
  virtual MatrixView<const T> pre_activations(std::size_t /*layer*/) const { return {}; }
};

}  // namespace reprise
