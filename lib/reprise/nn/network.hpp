// The typed half of Sequential: weights, optimizer state and data in float or double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "reprise/core/matrix.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/nn/training.hpp"

namespace reprise {

// The samples of a fit or an evaluation. The arrays must live until it ends.
struct Dataset {
  InputArray x;
  TargetArray y;
  std::span<const double> sample_weight = {};  // one per sample, or empty if all are 1
};

// An interface without a type parameter, so that Sequential needs none.
class Network {
 public:
  virtual ~Network() = default;

  // Sets loss, metrics and optimizer and resets the optimizer's state. The weights stay.
  virtual void compile(const Training& training) = 0;

  // ---- a fit: begin_fit, train_epoch for each epoch, end_fit ---------------------------------

  using OnBatch = std::function<void(std::span<const std::int32_t> rows, const Logs& logs)>;
  virtual void begin_fit(const Dataset& data, std::size_t batch_size) = 0;
  // Trains on the samples in this order. Calls `on_batch`, if any, with the running means.
  virtual Logs train_epoch(std::span<const std::int32_t> order, const OnBatch& on_batch) = 0;
  // Sets the variables to their moving averages if the optimizer keeps some (use_ema), as Keras
  // does at the end of a fit (finalize_variable_values).
  virtual void finalize_variables() = 0;
  virtual void end_fit() = 0;
  // During a fit: the pre-activations of `layer` in the last batch (Plan::pre_activations), widened
  // to double.
  virtual Matrix<double> pre_activations(std::size_t layer) const = 0;

  virtual Logs evaluate(const Dataset& data, std::size_t batch_size) = 0;
  virtual Matrix<double> predict(const InputArray& x, std::size_t batch_size) = 0;

  // Backend::reorders.
  virtual std::optional<std::uint64_t> reorders() const = 0;

  // The variables in Keras's order: W1, b1, W2, b2, ...
  virtual std::vector<Variable> variables() const = 0;
  // Sets the variables, in the same order and shapes, rounded to the network's type.
  virtual void set_weights(const std::vector<Matrix<double>>& weights) = 0;
};

// Makes a network for samples of `inputs` columns with Keras's initial weights, with the floatx,
// backend and semantics of `runtime`, which must outlive it. All seeds in `layers` must be set.
std::unique_ptr<Network> make_network(Runtime& runtime, std::size_t inputs,
                                      const std::vector<Layer>& layers);

}  // namespace reprise
