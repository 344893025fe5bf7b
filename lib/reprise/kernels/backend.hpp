// The interface of a backend: a few primitives, named as in oneDNN, and a plan that composes them.
// Shapes: x (batch, inputs), kernel (inputs, units), z, y and dz (batch, units), bias and dbias
// (units), or empty for a layer without bias.
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

// A batch of a sparse matrix: the indexes of its rows, in the order of the batch.
struct CsrBatch {
  CsrView matrix;
  std::span<const std::int32_t> rows;
};

// A dense layer and its values for a batch. The backward pass overwrites dy with dz.
template <class T>
struct LayerOfBatch {
  const DenseDescription<T>* layer;
  MatrixView<T> z, y, dy;
};

// The loss of a batch: the arguments of Backend::loss but the prediction, which is the last layer's
// z if `on_logits`, otherwise its y, and the gradient, which is the last layer's dy.
template <class T>
struct LossOfBatch {
  const Loss& rule;
  bool on_logits;
  MatrixView<const T> target;
  std::span<const T> upstream;  // read only in training
  std::span<T> values;
};

template <class T>
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;

  // ---- level 1: primitives, which are compared and benchmarked one by one ---------------------

  // z = x kernel + bias
  virtual void dense_forward(MatrixView<const T> x, MatrixView<const T> kernel,
                             std::span<const T> bias, MatrixView<T> z) = 0;
  // dx = dz kernel^T
  virtual void dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                                   MatrixView<T> dx) = 0;
  // dkernel = x^T dz, dbias = sum over the rows of dz
  virtual void dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz,
                                      MatrixView<T> dkernel, std::span<T> dbias) = 0;
  // dense_forward and dense_backward_weights for a binary sparse x
  virtual void csr_forward(const CsrBatch& x, MatrixView<const T> kernel, std::span<const T> bias,
                           MatrixView<T> z) = 0;
  virtual void csr_backward_weights(const CsrBatch& x, MatrixView<const T> dz,
                                    MatrixView<T> dkernel, std::span<T> dbias) = 0;
  // y = activation(z)
  virtual void activation_forward(const Activation& activation, MatrixView<const T> z,
                                  MatrixView<T> y) = 0;
  // dz = dy * activation'(z); overwrites `dy` with dz
  virtual void activation_backward(const Activation& activation, MatrixView<const T> z,
                                   MatrixView<const T> y, MatrixView<T> dy) = 0;
  // values[i] = loss of sample i. A non-empty `gradient` (batch, units) receives the derivative
  // with respect to the prediction, times upstream[i].
  virtual void loss(const Loss& loss, MatrixView<const T> target, MatrixView<const T> prediction,
                    std::span<const T> upstream, std::span<T> values, MatrixView<T> gradient) = 0;
  // Softmax and its loss in one pass, with the bits of activation_forward, loss and
  // activation_backward. `z` has the inputs of the softmax, which the loss reads if loss_on_logits,
  // otherwise it reads `y`; a non-empty `dz` receives the derivative with respect to z. Returns
  // false, and computes nothing, if the backend has no such pass for this loss.
  virtual bool softmax_with_loss(const Loss& /*loss*/, bool /*loss_on_logits*/,
                                 MatrixView<const T> /*target*/, MatrixView<const T> /*z*/,
                                 std::span<const T> /*upstream*/, MatrixView<T> /*y*/,
                                 std::span<T> /*values*/, MatrixView<T> /*dz*/) {
    return false;
  }
  // Whether the backend has a fused pass through all layers of this network.
  virtual bool can_fuse_layers(const NetworkDescription<T>& /*network*/) const { return false; }
  // That pass for rows [first, last) of a batch, with the bits of the functions above: from z of
  // the first layer, which is given, to the loss, and with `training` back to dz of every layer.
  virtual void fused_layers(std::span<const LayerOfBatch<T>> /*layers*/,
                            const LossOfBatch<T>& /*loss*/, bool /*training*/,
                            std::size_t /*first*/, std::size_t /*last*/) {}
  // One step of the optimizer for all weights; `slots` as in NetworkDescription
  virtual void optimizer_pass(const Optimizer& optimizer, const OptimizerStep& step,
                              std::span<T> weights, std::span<const T> gradients,
                              std::span<T> slots) = 0;

  // Calls body(), which calls primitives in quick succession, for example for a whole epoch. A
  // backend may keep its threads awake until body() returns.
  virtual void session(const std::function<void()>& body) { body(); }

  // ---- level 2: whole epochs -----------------------------------------------------------------

  // Creates the plan for training `network` on `samples`. The default calls the primitives of level
  // 1 one after another (stepwise_plan.hpp); a backend overrides it for networks that it can fuse.
  virtual std::unique_ptr<Plan<T>> make_plan(const NetworkDescription<T>& network,
                                             const Samples<T>& samples, std::size_t batch_size);

  // What computed the last product of dense matrices: the instruction set of our own kernels, or
  // the implementation that a library reports.
  virtual std::string implementation() const { return std::string(name()); }

  // How many times an array has been copied into a library's layout, for backends that count it.
  virtual std::optional<std::uint64_t> reorders() const { return std::nullopt; }
};

}  // namespace reprise
