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
  // What one layer computed for the current batch; a Dropout has y and dy only.
  struct LayerState {
    Matrix<T> z, y, dy;      // dy becomes dz
    std::vector<T> factors;  // of a Dropout: 1 / (1 - rate) or 0, an entry an element of y
  };
  enum class Pass { training, inference };

  void set_batch(const Samples<T>& samples, std::span<const std::int32_t> rows);
  void forward(Pass pass);
  void forward(std::size_t l, const DenseDescription<T>& dense);
  void drop_out(std::size_t l, const DropoutDescription& dropout, Pass pass);
  // Loss and metrics of the current batch; with Pass::training also dy of the last layer.
  BatchResult<T> judge(const Samples<T>& samples, Pass pass);
  void set_upstream(const Samples<T>& samples);
  double data_loss(const Samples<T>& samples, Pass pass);
  double penalties() const;
  void backward();
  void backward(std::size_t l, const DenseDescription<T>& dense);
  void backward_activation(std::size_t l, const DenseDescription<T>& dense);

  // What enters layer l: the batch itself, or the output of the layer below.
  Inputs<T> input_of(std::size_t l) const;
  MatrixView<const T> output() const { return layers_.back().y; }

  Backend<T>& backend_;
  NetworkDescription<T> network_;
  Samples<T> samples_;
  std::size_t batch_size_;
  bool averages_;         // the loss, over its columns
  bool mean_in_float32_;  // and does so in float32

  std::vector<T> gradients_;                  // arena, as network_.variables
  std::vector<LayerDescription<T>> dlayers_;  // views into gradients_
  std::vector<std::span<T>> dvariables_;      // likewise, one a variable

  // the current batch
  Inputs<T> x_;
  std::span<const std::int32_t> rows_;
  Matrix<T> gathered_x_, gathered_y_;
  std::vector<LayerState> layers_;
  std::vector<T> upstream_, loss_values_, metric_sums_;
};

}  // namespace reprise
