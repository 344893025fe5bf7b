// Hooks into fit and evaluate, named after keras.callbacks.Callback. Each does nothing by default.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "reprise/nn/history.hpp"
#include "reprise/nn/network.hpp"

namespace reprise {

class Sequential;

// What a call of fit is about to do.
struct FitInfo {
  Sequential& model;
  const InputArray& x;  // without what validation_split set apart
  const TargetArray& y;
  int epochs;
  std::size_t steps;  // batches an epoch
  std::size_t batch_size;
  std::span<const double> sample_weight;  // class weights included; empty: all 1
  int verbose = 1;
};

// A finished training batch. `logs` are running means of the epoch, as Keras shows them.
struct BatchInfo {
  std::size_t step;  // in the epoch, from 0
  std::span<const std::int32_t> rows;
  const Logs& logs;
};

class Callback {
 public:
  virtual ~Callback() = default;

  // Any permutation drawn for the order of batches; the first of a fit after compile is discarded.
  virtual void on_permutation(std::span<const std::int32_t> /*order*/) {}
  virtual void on_train_begin(const FitInfo& /*fit*/) {}
  virtual void on_epoch_begin(int /*epoch, from 0*/) {}
  virtual void on_train_batch_end(const BatchInfo& /*batch*/) {}
  // Whether it wants on_train_batch_end, asked in each epoch: at batch 1 it costs more than the
  // step.
  virtual bool wants_batches() const { return true; }
  virtual void on_epoch_end(int /*epoch, from 0*/, const Logs& /*logs*/) {}
  virtual void on_train_end(const Sequential& /*model*/, const History& /*history*/) {}
  virtual void on_test_begin() {}
  virtual void on_test_end(const Logs& /*logs*/) {}
};

// Functions as callbacks (keras.callbacks.LambdaCallback); what is not set does nothing.
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
