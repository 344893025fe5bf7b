// The input and output of a backend: plain descriptions of a network and its data (shapes,
// formulas, pointers), and the plan that trains the network.
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
#include "reprise/kernels/rules/regularizer.hpp"

namespace reprise {

// One sample per row: binary CSR (the book's multi-hot reviews) or dense values.
template <class T>
using Inputs = std::variant<CsrView, MatrixView<const T>>;

// Penalties of one layer. The output's penalty is divided by the number of rows of the batch.
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

// In training, y = keep ? x / (1 - rate) : 0. Element i of a batch, row-major, is kept if the i-th
// uniform number from Threefry with the key (seed, number of the training batch) is below 1 - rate
// (keras/src/layers/regularization/dropout.py, jax.random.bernoulli).
struct DropoutDescription {
  std::size_t units;
  double rate;
  std::uint32_t seed;
};

template <class T>
using LayerDescription = std::variant<DenseDescription<T>, DropoutDescription>;

// Training state that carries over from batch to batch, besides weights and slots.
struct TrainingState {
  OptimizerStep step;         // of the optimizer; every compile resets it
  std::uint32_t batches = 0;  // trained since the model was created: the dropout counter
};

// A network to train. All variables lie in one arena in Keras's order (W1, b1, W2, b2, ...), and
// the layers point into it. `slots` holds slots_per_weight(optimizer) arenas of the same size.
template <class T>
struct NetworkDescription {
  std::vector<LayerDescription<T>> layers;
  std::span<T> variables;
  std::span<T> slots;
  // One value per variable each, only for optimizers that need them: the gradients that wait for a
  // step, and the moving averages of the variables.
  std::span<T> waiting, averages;
  TrainingState* state = nullptr;
  Loss loss;
  bool loss_on_layer_logits = false;  // the loss reads the last layer's z instead of its y
  std::vector<Metric> metrics;
  Optimizer optimizer;
  ClipForm clipping = ClipForm::keras_3;
};

// Samples and their targets. A target row has as many columns as the last layer has units, or one
// for a loss with sparse targets. `weights` has the weight of each sample's loss; empty means
// all 1.
template <class T>
struct Samples {
  Inputs<T> x;
  MatrixView<const T> y;
  std::span<const T> weights = {};
};

// One batch as fit and evaluate see it, before the weights are updated.
template <class T>
struct BatchResult {
  std::span<const std::int32_t> rows;  // indexes of the batch's samples
  T loss = 0;                          // mean over the batch, penalties included
  std::span<const T> metric_sums;      // sum over the batch, one entry per metric
};

template <class T>
using BatchObserver = std::function<void(const BatchResult<T>&)>;

// Trains one network on one set of samples. A plan may keep weights and slots in its own layout
// while it trains; sync() copies them back into the arenas of the description, and reload() reads
// them from there again after somebody else has changed them. It must follow a sync().
template <class T>
class Plan {
 public:
  virtual ~Plan() = default;

  // Trains on the samples in the given order, in batches, of which the last may be shorter. Calls
  // `observe` once per batch, in order.
  virtual void train_epoch(std::span<const std::int32_t> order,
                           const BatchObserver<T>& observe) = 0;
  // Computes loss and metrics of other samples, in their own order, without training. Calls
  // `observe` once per batch.
  virtual void evaluate(const Samples<T>& samples, std::size_t batch_size,
                        const BatchObserver<T>& observe) = 0;
  // Writes the outputs of the last layer into `out`, one row per sample.
  virtual void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) = 0;
  virtual void sync() {}
  virtual void reload() {}
  // Whether weights and state are up to date whenever `observe` is called.
  virtual bool is_current_between_batches() const { return true; }

  // The inputs z of `layer`'s activation in the last batch of train_epoch, one row per sample, to
  // inspect a run (nn/divergence.hpp). Empty for a Dropout and for plans that do not store them.
  virtual MatrixView<const T> pre_activations(std::size_t /*layer*/) const { return {}; }
};

}  // namespace reprise
