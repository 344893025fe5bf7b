// How it is computed: the few primitives that every backend has, in oneDNN's terms, and the plan
// that composes them. Shapes: x (batch, inputs), kernel (inputs, units), z, y, dz (batch, units),
// bias and dbias (units) or empty where a layer has none.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reprise/kernels/plan.hpp"

namespace reprise {

// The rows of a sparse matrix that make up a batch, in the batch's order.
struct CsrBatch {
  CsrView matrix;
  std::span<const std::int32_t> rows;
};

template <class T>
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;

  // ---- level 1: what is compared and benchmarked ---------------------------------------------

  // z = x kernel + bias
  virtual void dense_forward(MatrixView<const T> x, MatrixView<const T> kernel,
                             std::span<const T> bias, MatrixView<T> z) = 0;
  // dx = dz kernel^T
  virtual void dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                                   MatrixView<T> dx) = 0;
  // dkernel = x^T dz, dbias = sum of the rows of dz
  virtual void dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz,
                                      MatrixView<T> dkernel, std::span<T> dbias) = 0;
  // The same two with a binary sparse x.
  virtual void csr_forward(const CsrBatch& x, MatrixView<const T> kernel, std::span<const T> bias,
                           MatrixView<T> z) = 0;
  virtual void csr_backward_weights(const CsrBatch& x, MatrixView<const T> dz,
                                    MatrixView<T> dkernel, std::span<T> dbias) = 0;
  // y = activation(z)
  virtual void activation_forward(const Activation& activation, MatrixView<const T> z,
                                  MatrixView<T> y) = 0;
  // dz = dy * activation'(z); `dy` becomes dz in place
  virtual void activation_backward(const Activation& activation, MatrixView<const T> z,
                                   MatrixView<const T> y, MatrixView<T> dy) = 0;
  // values[i] = loss of sample i; with a non-empty `gradient` (batch, units) also its derivative by
  // the prediction times upstream[i]
  virtual void loss(const Loss& loss, MatrixView<const T> target, MatrixView<const T> prediction,
                    std::span<const T> upstream, std::span<T> values, MatrixView<T> gradient) = 0;
  // Step `step` of the optimizer for all weights; `slots` as in NetworkDescription
  virtual void optimizer_pass(const Optimizer& optimizer, const OptimizerStep& step,
                              std::span<T> weights, std::span<const T> gradients,
                              std::span<T> slots) = 0;

  // Calls body(), in which primitives come quickly one after another: an epoch. A backend may keep
  // its threads awake meanwhile.
  virtual void session(const std::function<void()>& body) { body(); }

  // ---- level 2: whole epochs -----------------------------------------------------------------

  // The plan for training `network` on `samples`. The default composes level 1 step by step
  // (stepwise_plan.hpp); a backend overrides it for patterns that it can fuse.
  virtual std::unique_ptr<Plan<T>> make_plan(const NetworkDescription<T>& network,
                                             const Samples<T>& samples, std::size_t batch_size);

  // Who computed the last product of dense matrices, in the words of whoever knows it best: the
  // instruction set of own kernels, the implementation that a library chose.
  virtual std::string implementation() const { return std::string(name()); }

  // How often an array was copied into a library's own layout so far; of a backend that counts it.
  virtual std::optional<std::uint64_t> reorders() const { return std::nullopt; }
};

}  // namespace reprise
