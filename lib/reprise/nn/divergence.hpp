// The first divergence of a float32 run: the first ReLU input that has the other sign when the same
// sums are added in another order. From there on, two correct runs of the same seed take different
// paths, and only float64 can still tell right from wrong.
#pragma once

#include <memory>
#include <optional>

#include "reprise/nn/callback.hpp"
#include "reprise/nn/runtime.hpp"

namespace reprise {

class Network;

struct Divergence {
  int epoch;            // from 1
  std::size_t step;     // from 1, counted over the whole fit
  std::size_t layer;    // from 1
  std::size_t unit;     // from 0
  std::int32_t sample;  // row of x
  double input;         // the ReLU's input in the watched run
  double other_input;   // the same input in the twin, which sums in the other order
};

// Watches the fit of a model on the reference backend and trains a twin beside it, batch by batch,
// whose sums run in the opposite order.
class FirstDivergence final : public Callback {
 public:
  // `runtime` is the watched one; only its options are used. Throws Error if its backend is not the
  // reference.
  explicit FirstDivergence(const Runtime& runtime);
  ~FirstDivergence() override;

  void on_train_begin(const FitInfo& fit) override;
  void on_epoch_begin(int epoch) override { epoch_ = epoch + 1; }
  void on_train_batch_end(const BatchInfo& batch) override;
  void on_train_end(const Sequential& model, const History& history) override;

  // The divergence of the last fit; empty if no ReLU input changed its sign.
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
