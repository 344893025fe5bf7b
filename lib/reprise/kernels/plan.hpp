// What a backend is given and what it gives back: plain descriptions of a network and its data
// (shapes, rules, pointers), and the plan that trains it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <variant>
#include <vector>

#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/kernels/rules/activation.hpp"
#include "reprise/kernels/rules/loss.hpp"
#include "reprise/kernels/rules/metric.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

// Samples as rows: binary CSR (the book's multi-hot reviews) or dense values.
template <class T>
using Inputs = std::variant<CsrView, MatrixView<const T>>;

template <class T>
std::size_t rows_of(const Inputs<T>& x) {
  return std::visit([](const auto& view) { return view.rows; }, x);
}
template <class T>
std::size_t cols_of(const Inputs<T>& x) {
  return std::visit([](const auto& view) { return view.cols; }, x);
}

// y = activation(x kernel + bias); kernel (inputs, units) row-major, bias (units).
template <class T>
struct DenseDescription {
  MatrixView<T> kernel;
  std::span<T> bias;
  Activation activation;
};

// A network to train. The variables lie in one arena in Keras's order (W1, b1, W2, b2, ...), into
// which the layers point; `slots` holds slots_per_weight(optimizer) arenas of the same size.
template <class T>
struct NetworkDescription {
  std::vector<DenseDescription<T>> layers;
  std::span<T> variables;
  std::span<T> slots;
  Loss loss;
  std::vector<Metric> metrics;
  Optimizer optimizer;
  bool float32_means = false;  // Semantics::float32_means_in_float64, and T is double
};

// Samples and their targets; target rows have as many columns as the last layer has units.
template <class T>
struct Samples {
  Inputs<T> x;
  MatrixView<const T> y;
};

// One batch as fit and evaluate see it, before the weights move.
template <class T>
struct BatchResult {
  std::span<const std::int32_t> rows;  // indexes of the samples
  T loss = 0;                          // mean over the batch
  std::span<const T> metric_sums;      // sum over the batch, one entry a metric
};

template <class T>
using BatchObserver = std::function<void(const BatchResult<T>&)>;

// Trains one network on one set of samples. A plan may keep weights and state in a form of its own
// while it trains; settle() brings the description's arenas up to date.
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
  virtual void settle() {}

  // What entered the activation of `layer` in the last batch of train_epoch, one row a sample; for
  // looking into a run (nn/parting.hpp). Plans that never store it return an empty view.
  virtual MatrixView<const T> pre_activations(std::size_t /*layer*/) const { return {}; }
};

}  // namespace reprise
