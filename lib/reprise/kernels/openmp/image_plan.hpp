// A fused plan for a wide first layer on dense samples that are mostly 0: the MNIST digits. A step
// has four parallel regions: lists of the batch's nonzeros, the first layer's z, the rows of the
// batch from there to the loss and back, and the weights.
//
// Its plain counterpart is stepwise_plan.hpp on the reference backend, with the same bits. This
// plan skips inputs of 0. That is wrong if a weight or gradient is not finite, since the product
// would be NaN. So from the first loss that is not finite on, a BatchPlan trains, with dense
// products; if a sample is not finite, from the start. During an epoch the first kernel is packed
// (panel_layer.hpp).
#pragma once

#include <memory>

#include "reprise/kernels/batch_step.hpp"
#include "reprise/kernels/openmp/batch_plan.hpp"
#include "reprise/kernels/openmp/dense_update.hpp"
#include "reprise/kernels/openmp/panel_layer.hpp"

namespace reprise {

template <class T>
class ImagePlan final : public Plan<T> {
 public:
  // Whether the plan can train this network and is faster than BatchPlan: at most 40 % of the
  // values of dense samples are not 0, and a dense first layer is wide and has no penalty on its
  // kernel.
  static bool supports(const NetworkDescription<T>& network, const Samples<T>& samples,
                       std::size_t batch_size);

  // `team` must outlive the plan.
  ImagePlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
            const Samples<T>& samples, std::size_t batch_size);

  void train_epoch(std::span<const std::int32_t> order, const BatchObserver<T>& observe) override;
  bool is_current_between_batches() const override { return false; }
  void evaluate(const Samples<T>& samples, std::size_t batch_size,
                const BatchObserver<T>& observe) override {
    step_.evaluate(samples, batch_size, observe);
  }
  void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) override {
    step_.predict(x, batch_size, out);
  }
  MatrixView<const T> pre_activations(std::size_t layer) const override {
    return dense_plan_ ? dense_plan_->pre_activations(layer) : step_.pre_activations(layer);
  }

 private:
  // Trains batches until a loss is not finite. Returns the number of samples that it trained on.
  std::size_t train_sparse(std::span<const std::int32_t> order, const BatchObserver<T>& observe);
  void update_weights();
  void switch_to_dense();

  Team& team_;
  std::string_view isa_;
  const IsaKernels<T>& kernels_;
  Samples<T> samples_;
  std::size_t batch_size_;
  // Each thread calls the primitives of a backend on one thread for its rows.
  Team one_thread_{1};
  OpenmpBackend<T> rows_backend_;
  BatchStep<T> step_;
  PanelLayer<T> first_layer_;
  std::size_t update_threads_;
  DenseUpdate<T> other_layers_;
  std::unique_ptr<BatchPlan<T>> dense_plan_;  // null as long as zeros are skipped
};

}  // namespace reprise
