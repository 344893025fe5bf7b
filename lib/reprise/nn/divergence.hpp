// Where a float32 run leaves itself: the first ReLU input that lies on the other side of 0 when the
// same sums are taken in another order. From there two runs of one seed go on along other branches;
// nothing is wrong with either, and only float64 can still tell right from wrong.
#pragma once

#include <memory>
#include <optional>

#include "reprise/nn/callback.hpp"
#include "reprise/nn/runtime.hpp"

namespace reprise {

struct Divergence {
  int epoch;            // from 1
  std::size_t step;     // of the whole fit, from 1
  std::size_t layer;    // from 1
  std::size_t unit;     // from 0
  std::int32_t sample;  // row of x
  double input;         // what entered the ReLU in the watched run
  double other_input;   // and in its twin, whose sums run the other way
};

// Watches the fit of a model in a process whose backend is the reference, and trains a twin beside
// it, batch by batch, whose sums run in descending order.
class FirstDivergence final : public Callback {
 public:
  // `process` is the one watched; only its options are used.
  explicit FirstDivergence(const Runtime& process);
  ~FirstDivergence() override;

  void on_train_begin(const FitInfo& fit) override;
  void on_epoch_begin(int epoch) override { epoch_ = epoch + 1; }
  void on_train_batch_end(const BatchInfo& batch) override;
  void on_train_end(const Sequential& model, const History& history) override;

  // Of the last fit; empty if no ReLU input changed sides.
  const std::optional<Divergence>& divergence() const { return divergence_; }

 private:
  Runtime twin_runtime_;
  const Sequential* model_ = nullptr;
  std::unique_ptr<Network> twin_;
  std::optional<Divergence> divergence_;
  int epoch_ = 0;
  std::size_t step_ = 0;
};

}  // namespace reprise
