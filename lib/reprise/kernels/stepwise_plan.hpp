// The plain plan: for each batch it calls one primitive of the backend per layer.
#pragma once

#include <vector>

#include "reprise/kernels/batch_step.hpp"

namespace reprise {

template <class T>
class StepwisePlan final : public Plan<T> {
 public:
  // `backend` must outlive the plan.
  StepwisePlan(Backend<T>& backend, const NetworkDescription<T>& network, const Samples<T>& samples,
               std::size_t batch_size);

  void train_epoch(std::span<const std::int32_t> order, const BatchObserver<T>& observe) override;
  void evaluate(const Samples<T>& samples, std::size_t batch_size,
                const BatchObserver<T>& observe) override {
    step_.evaluate(samples, batch_size, observe);
  }
  void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) override {
    step_.predict(x, batch_size, out);
  }
  MatrixView<const T> pre_activations(std::size_t layer) const override {
    return step_.pre_activations(layer);
  }

 private:
  // Computes the gradients of all weights from the dz of all layers, then makes an optimizer step.
  void update_weights();
  void set_gradients(std::size_t l, const DenseDescription<T>& dense);

  Backend<T>& backend_;
  Samples<T> samples_;
  std::size_t batch_size_;
  BatchStep<T> step_;
  std::vector<T> gradients_;                  // arena with the layout of the network's variables
  std::vector<LayerDescription<T>> dlayers_;  // views into gradients_
  std::vector<std::span<T>> dvariables_;      // views into gradients_, one per variable
};

}  // namespace reprise
