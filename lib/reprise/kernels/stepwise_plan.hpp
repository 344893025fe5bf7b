// The plain plan: for each batch it calls one primitive of the backend per layer.
//
// A step has two halves. The first treats every row of the batch on its own: outputs, losses and
// the gradients of each layer's outputs. The second sums over rows and updates the weights. A plan
// that distributes the halves over threads derives from this one (openmp/batch_plan.hpp).
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

  // Calls body for ranges of rows that together cover the batch, in any order or concurrently.
  virtual void for_rows(Pass, const std::function<void(Rows)>& body) { body({0, rows_.size()}); }
  // Whether for_rows sets the first layer's z itself. Then the samples are not gathered.
  virtual bool sets_first_layer_z(Pass) const { return false; }
  // Called after for_rows with the loss of the batch. Returns false to repeat the batch, which then
  // has to be computed in another way.
  virtual bool accepts(T /*loss*/) { return true; }
  // Computes the gradients of all weights from the dz of all layers, then makes an optimizer step.
  virtual void update_weights();
  // Calls body() for an epoch of training or for a pass over samples.
  virtual void session(const std::function<void()>& body) { backend_.session(body); }

  // The derivative of the minimised loss with respect to the loss of one sample with this weight,
  // in a batch of n samples, in the form that loss functions take (rules/loss.hpp): weight / n,
  // divided by the number of columns if the loss averages over them.
  T upstream_of(T weight, std::size_t n) const;

  // The input of layer l: the batch itself, or the output of the layer below.
  Inputs<T> input_of(std::size_t l) const;
  MatrixView<const T> output() const { return layers_.back().y; }
  MatrixView<T> z_of(std::size_t l) { return layers_[l].z.view(); }
  MatrixView<const T> dz_of(std::size_t l) const { return layers_[l].dy; }
  std::span<const std::int32_t> batch() const { return rows_; }
  const NetworkDescription<T>& network() const { return network_; }
  std::size_t batch_size() const { return batch_size_; }

 private:
  // The results of one layer for the current batch. A Dropout has y and dy only.
  struct LayerState {
    Matrix<T> z, y, dy;      // the backward pass overwrites dy with dz
    std::vector<T> factors;  // for a Dropout: 1 / (1 - rate) or 0, one per element of y
  };

  template <class Body>
  void for_each_batch(std::span<const std::int32_t> order, std::size_t batch_size, Body&& body);
  void begin_batch(const Samples<T>& samples, std::span<const std::int32_t> rows, Pass pass);
  void gather(const Samples<T>& samples, Pass pass, Rows rows);
  void forward(Pass pass, Rows rows);
  void set_z(std::size_t l, const DenseDescription<T>& dense, Rows rows);
  // Computes loss and metrics of each row; with Pass::training also dy of the last layer.
  void loss_and_metrics(const Samples<T>& samples, Pass pass, Rows rows);
  void set_upstream(const Samples<T>& samples, Rows rows);
  // Loss and metrics of the batch, from those of its rows.
  BatchResult<T> result(const Samples<T>& samples);
  double penalties() const;
  void backward(Rows rows);
  void backward_activation(std::size_t l, const DenseDescription<T>& dense, Rows rows);
  void set_gradients(std::size_t l, const DenseDescription<T>& dense);

  Backend<T>& backend_;
  NetworkDescription<T> network_;
  Samples<T> samples_;
  std::size_t batch_size_;
  bool averages_;         // whether the loss averages over its columns
  bool mean_in_float32_;  // whether it averages in float32

  std::vector<T> gradients_;                  // arena with the layout of network_.variables
  std::vector<LayerDescription<T>> dlayers_;  // views into gradients_
  std::vector<std::span<T>> dvariables_;      // views into gradients_, one per variable

  // the current batch
  Inputs<T> x_;
  std::span<const std::int32_t> rows_;
  Matrix<T> gathered_x_, gathered_y_;
  std::vector<LayerState> layers_;
  std::vector<T> upstream_, loss_values_, metric_sums_;
  std::vector<std::vector<T>> metric_values_;  // per metric, one entry per row
};

}  // namespace reprise
