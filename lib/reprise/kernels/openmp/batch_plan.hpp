// A fused plan for batches of any network. A step has two parallel regions: the first divides the
// rows of the batch among the threads, the second divides the weights (dense_update.hpp). A wide
// first layer on sparse samples adds three regions in front, of which two copy the batch, and keeps
// its weights and slots in panels until sync() (sparse_first_layer.hpp).
//
// Its plain counterpart is stepwise_plan.hpp on the reference backend, with the same sums in the
// same order. The fused plan is faster because the threads synchronise twice per step instead of
// about ten times, because the values of a row stay in the cache from the first layer to the loss
// and back, and because the optimizer reads gradients that are still in the cache.
#pragma once

#include <memory>
#include <optional>

#include "reprise/kernels/batch_step.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/openmp/dense_update.hpp"
#include "reprise/kernels/openmp/sparse_first_layer.hpp"

namespace reprise {

template <class T>
class BatchPlan final : public Plan<T> {
 public:
  // Whether the optimizer can take the gradients block by block, which clipping and weight decay
  // rule out because they need all gradients.
  static bool supports(const NetworkDescription<T>& network);

  // `team` must outlive the plan.
  BatchPlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
            const Samples<T>& samples, std::size_t batch_size);

  void train_epoch(std::span<const std::int32_t> order, const BatchObserver<T>& observe) override;
  void evaluate(const Samples<T>& samples, std::size_t batch_size,
                const BatchObserver<T>& observe) override;
  void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) override;
  MatrixView<const T> pre_activations(std::size_t layer) const override {
    return step_.pre_activations(layer);
  }
  void sync() override;
  void reload() override;

 private:
  void sync_weights();
  void set_first_z(const CsrView& samples);
  void update_weights();
  void make_parts();

  Team& team_;
  const IsaKernels<T>& kernels_;
  Samples<T> samples_;
  std::size_t batch_size_;
  // Each thread calls the primitives of a backend on one thread for its rows.
  Team one_thread_{1};
  OpenmpBackend<T> rows_backend_;
  BatchStep<T> step_;

  std::optional<SparseFirstLayer<T>> first_layer_;  // if the samples are sparse
  std::size_t parts_ = 1;                           // threads that update weights
  DenseUpdate<T> dense_;  // of the weights that first_layer_ does not update
};

}  // namespace reprise
