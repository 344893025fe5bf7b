// The hidden half of Sequential: weights, optimizer state and data in one type T, float or double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reprise/core/matrix.hpp"
#include "reprise/nn/arrays.hpp"
#include "reprise/nn/history.hpp"
#include "reprise/nn/layers.hpp"
#include "reprise/nn/runtime.hpp"
#include "reprise/nn/training.hpp"

namespace reprise {

// A trainable variable. A bias has one row in `values` and the shape {units}.
struct Variable {
  std::string name;  // "dense/kernel", "dense/bias", "dense_1/kernel", ...
  std::vector<std::size_t> shape;
  Matrix<double> values;             // float32 values widened
  std::span<const std::byte> bytes;  // the stored values, little-endian, row-major
};

// What a fit or an evaluation goes through. The arrays must live until it ends.
struct Dataset {
  InputArray x;
  TargetArray y;
  std::span<const double> sample_weight = {};  // one a sample, or none (all 1)
};

// The same for float and double, so that Sequential needs no type.
class Network {
 public:
  virtual ~Network() = default;

  // Sets loss, metrics and optimizer; its state starts anew. Weights stay.
  virtual void compile(const Training& training) = 0;

  // ---- fit: begin, an epoch at a time, end ---------------------------------------------------

  using OnBatch = std::function<void(std::span<const std::int32_t> rows, const Logs& logs)>;
  virtual void begin_fit(const Dataset& data, std::size_t batch_size) = 0;
  // Trains on the samples in this order; calls `on_batch`, if any, with the running means.
  virtual Logs train_epoch(std::span<const std::int32_t> order, const OnBatch& on_batch) = 0;
  virtual void end_fit() = 0;
  // During a fit: what entered the activation of `layer` in the last batch (Plan::pre_activations),
  // widened to double.
  virtual Matrix<double> pre_activations(std::size_t layer) const = 0;

  virtual Logs evaluate(const Dataset& data, std::size_t batch_size) = 0;
  virtual Matrix<double> predict(const InputArray& x, std::size_t batch_size) = 0;

  // Of the backend (Backend::reorders).
  virtual std::optional<std::uint64_t> reorders() const = 0;

  // In Keras's order: W1, b1, W2, b2, ...
  virtual std::vector<Variable> variables() const = 0;
  // In the same order and of the same shapes, rounded to T.
  virtual void set_weights(const std::vector<Matrix<double>>& weights) = 0;
};

// A network for rows of `inputs` columns with Keras's initial weights, in the type, on the backend
// and under the semantics of `process`, which must outlive it. All seeds in `layers` are set.
std::unique_ptr<Network> make_network(Runtime& process, std::size_t inputs,
                                      const std::vector<Layer>& layers);

}  // namespace reprise
