// The plain plan: a batch at a time, a layer at a time, each by a primitive of the backend.
//
// A step has two halves. In the first nothing passes from one row of the batch to another: outputs,
// losses, and what reaches each layer backwards. The second sums over rows and moves the weights. A
// plan that spreads the halves over threads derives from this one (openmp/batch_plan.hpp).
#pragma once

#include <cstdint>
#include <functional>
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

 protected:
  enum class Pass { training, inference };
  struct Rows {  // [first, last) of the current batch
    std::size_t first, last;
    std::size_t size() const { return last - first; }
    template <class V>
    MatrixView<V> of(MatrixView<V> all) const {
      return all.slice(first, last);
    }
    template <class V>
    std::span<V> of(std::span<V> all, std::size_t columns = 1) const {
      return all.subspan(first * columns, size() * columns);
    }
  };

  // Calls body for ranges that together cover the batch; in any order, or at once.
  virtual void for_rows(Pass, const std::function<void(Rows)>& body) { body({0, rows_.size()}); }
  // Whether for_rows has set the first layer's z before: then nobody reads the samples themselves.
  virtual bool has_first_layer(Pass) const { return false; }
  // After for_rows, with the batch's loss: false to have it done once more, another way.
  virtual bool accepts(T /*loss*/) { return true; }
  // Gradients of all weights from the dz of all layers, then a step of the optimizer.
  virtual void update_weights();
  // An epoch or a pass over samples.
  virtual void session(const std::function<void()>& body) { backend_.session(body); }

  // What enters layer l: the batch itself, or the output of the layer below.
  Inputs<T> input_of(std::size_t l) const;
  MatrixView<const T> output() const { return layers_.back().y; }
  MatrixView<T> z_of(std::size_t l) { return layers_[l].z.view(); }
  MatrixView<const T> dz_of(std::size_t l) const { return layers_[l].dy; }
  std::span<const std::int32_t> batch() const { return rows_; }
  const NetworkDescription<T>& network() const { return network_; }
  std::size_t batch_size() const { return batch_size_; }

 private:
  // What one layer computed for the current batch; a Dropout has y and dy only.
  struct LayerState {
    Matrix<T> z, y, dy;      // dy becomes dz
    std::vector<T> factors;  // of a Dropout: 1 / (1 - rate) or 0, an entry an element of y
  };

  template <class Body>
  void for_each_batch(std::span<const std::int32_t> order, std::size_t batch_size, Body&& body);
  void begin_batch(const Samples<T>& samples, std::span<const std::int32_t> rows, Pass pass);
  void gather(const Samples<T>& samples, Pass pass, Rows rows);
  void forward(Pass pass, Rows rows);
  void set_z(std::size_t l, const DenseDescription<T>& dense, Rows rows);
  // Loss and metrics of each row; with Pass::training also dy of the last layer.
  void judge(const Samples<T>& samples, Pass pass, Rows rows);
  void set_upstream(const Samples<T>& samples, Rows rows);
  // Of the batch, from those of its rows.
  BatchResult<T> result(const Samples<T>& samples);
  double penalties() const;
  void backward(Rows rows);
  void backward_activation(std::size_t l, const DenseDescription<T>& dense, Rows rows);
  void set_gradients(std::size_t l, const DenseDescription<T>& dense);

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
  std::vector<std::vector<T>> metric_values_;  // one a metric, an entry a row
};

}  // namespace reprise
