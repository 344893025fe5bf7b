// Hooks into fit and evaluate, named as in keras.callbacks.Callback. Each does nothing by default.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "reprise/nn/arrays.hpp"
#include "reprise/nn/history.hpp"

namespace reprise {

class Sequential;

// Describes a call of fit that is about to train.
struct FitInfo {
  Sequential& model;
  const InputArray& x;  // without the samples that validation_split set apart
  const TargetArray& y;
  int epochs;
  std::size_t steps;  // batches per epoch
  std::size_t batch_size;
  std::span<const double> sample_weight;  // includes class weights; empty if all are 1
  int verbose = 1;
};

// A finished training batch. `logs` holds the running means of the epoch, as Keras shows them.
struct BatchInfo {
  std::size_t step;                    // index in the epoch
  std::span<const std::int32_t> rows;  // indices of the samples
  const Logs& logs;
};

// Epochs are counted from 0.
class Callback {
 public:
  virtual ~Callback() = default;

  // Called for each permutation that is drawn to shuffle the samples. The first one of a fit after
  // compile is discarded, as in Keras.
  virtual void on_permutation(std::span<const std::int32_t> /*order*/) {}
  // Called with one sentence where Keras prints a warning and goes on.
  virtual void on_warning(std::string_view /*text*/) {}
  virtual void on_train_begin(const FitInfo& /*fit*/) {}
  virtual void on_epoch_begin(int /*epoch*/) {}
  virtual void on_train_batch_end(const BatchInfo& /*batch*/) {}
  // Whether to call on_train_batch_end, asked in each epoch. At batch size 1 the call costs more
  // than the training step.
  virtual bool wants_batches() const { return true; }
  virtual void on_epoch_end(int /*epoch*/, const Logs& /*logs*/) {}
  virtual void on_train_end(const Sequential& /*model*/, const History& /*history*/) {}
  virtual void on_test_begin() {}
  virtual void on_test_end(const Logs& /*logs*/) {}
};

// Functions as a callback (keras.callbacks.LambdaCallback). An empty function is not called.
struct LambdaCallback final : Callback {
  std::function<void(int epoch, const Logs& logs)> epoch_end;
  std::function<void(const BatchInfo& batch)> train_batch_end;

  void on_epoch_end(int epoch, const Logs& logs) override {
    if (epoch_end) epoch_end(epoch, logs);
  }
  bool wants_batches() const override { return static_cast<bool>(train_batch_end); }
  void on_train_batch_end(const BatchInfo& batch) override {
    if (train_batch_end) train_batch_end(batch);
  }
};

}  // namespace reprise
