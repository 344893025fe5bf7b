// The plain plan: a batch at a time, a layer at a time, each by a primitive of the backend.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reprise/kernels/backend.hpp"

namespace reprise {

template <class T>
class StepwisePlan : public Plan<T> {
 public:
  // `backend` must outlive the plan.
  StepwisePlan(Backend<T>& backend, const NetworkDescription<T>& network, const Samples<T>& samples,
               std::size_t batch_size);

  void train_epoch(std::span<const std::int32_t> order, const BatchObserver<T>& observe) override;
  void evaluate(const Samples<T>& samples, std::size_t batch_size,
                const BatchObserver<T>& observe) override;
  void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) override;
  MatrixView<const T> pre_activations(std::size_t layer) const override;

 private:
  // What one layer computed for the current batch.
  struct LayerState {
    Matrix<T> z, y, dy;  // dy becomes dz
  };

  void set_batch(const Samples<T>& samples, std::span<const std::int32_t> rows);
  void forward();
  void backward();
  // Loss and metrics of the current batch; with `gradient` also dy of the last layer.
  BatchResult<T> judge(bool gradient);
  MatrixView<const T> output_of(std::size_t layer) const;

  Backend<T>& backend_;
  NetworkDescription<T> network_;
  Samples<T> samples_;
  std::size_t batch_size_;

  std::vector<T> gradients_;                  // arena, as network_.variables
  std::vector<DenseDescription<T>> dlayers_;  // views into gradients_

  // the current batch
  Inputs<T> x_;
  std::span<const std::int32_t> rows_;
  Matrix<T> gathered_x_, gathered_y_;
  std::vector<LayerState> layers_;
  std::vector<T> loss_values_;
  std::vector<T> metric_sums_;
};

// The views of a network's layers into another arena of the same size, e.g. of gradients.
template <class T>
std::vector<DenseDescription<T>> layers_in(const NetworkDescription<T>& network,
                                           std::span<T> arena);

}  // namespace reprise
