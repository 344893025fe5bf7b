// What the plans share: one batch of training or inference.
//
// A step has two halves. The first treats every row of the batch on its own: outputs, losses and
// the gradients of each layer's outputs; that half is here. The second sums over the rows and
// updates the weights, which each plan does in its own way.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "reprise/kernels/backend.hpp"

namespace reprise {

enum class Pass { training, inference };

// Rows [first, last) of the current batch.
struct BatchRows {
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

// How a plan computes: `session` calls its argument for an epoch or a pass over samples, and
// `for_rows` calls its second argument for ranges that together cover [0, n), in any order or
// concurrently.
struct Execution {
  std::function<void(const std::function<void()>& body)> session;
  std::function<void(std::size_t n, const std::function<void(BatchRows)>& body)> for_rows;
};

// What sets z of the first layer: forward(), or the plan before it calls forward(). Then the
// samples are not gathered.
enum class FirstLayer { computed, given };

// The derivative of the minimised loss with respect to the loss of one sample with this weight, in
// a batch of n samples, in the form that loss functions take (rules/loss.hpp): weight / n, divided
// by the number of columns if the loss averages over them.
template <class T>
T upstream_of(const NetworkDescription<T>& network, T weight, std::size_t n);

template <class T>
class BatchStep {
 public:
  // `backend`, on which the primitives for a range of rows are called, must outlive the object.
  BatchStep(Backend<T>& backend, const NetworkDescription<T>& network, const Samples<T>& samples,
            Execution execution);

  // Calls body(rows) for each batch of `order` in one session. The last batch may be shorter.
  void for_each_batch(std::span<const std::int32_t> order, std::size_t batch_size,
                      const std::function<void(std::span<const std::int32_t>)>& body);

  // The current batch becomes these rows of `samples`, which must outlive the batch.
  void begin(const Samples<T>& samples, std::span<const std::int32_t> rows, Pass pass,
             FirstLayer first = FirstLayer::computed);
  // The first half of a training step for all rows: outputs, losses and dz of every layer.
  void compute_rows();
  // Loss and metrics of the batch, from those of its rows.
  BatchResult<T> result();

  // Trains on the batches of `order` as Plan::train_epoch does. For each batch, sets the first
  // layer's z by set_first_z() unless that is empty, and changes the weights by update_weights().
  // Returns the number of samples trained on: all, unless `accepts` is given and refuses the loss
  // of a batch. Then that batch changes nothing, and training ends before it.
  std::size_t train(const Samples<T>& samples, std::span<const std::int32_t> order,
                    std::size_t batch_size, const std::function<void()>& set_first_z,
                    const std::function<void()>& update_weights, const BatchObserver<T>& observe,
                    const std::function<bool(T loss)>& accepts = {});
  // As in Plan, with set_first_z as above.
  void evaluate(const Samples<T>& samples, std::size_t batch_size, const BatchObserver<T>& observe,
                const std::function<void()>& set_first_z = {});
  void predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out);
  MatrixView<const T> pre_activations(std::size_t layer) const;

  // The input of layer l: the batch itself, or the output of the layer below.
  Inputs<T> input_of(std::size_t l) const;
  MatrixView<const T> output() const { return layers_.back().y; }
  MatrixView<T> z_of(std::size_t l) { return layers_[l].z.view(); }
  MatrixView<const T> dz_of(std::size_t l) const { return layers_[l].dy; }
  std::span<const std::int32_t> rows() const { return rows_; }
  const NetworkDescription<T>& network() const { return network_; }
  // The description of a layer that is known to be dense.
  const DenseDescription<T>& dense(std::size_t l) const {
    return std::get<DenseDescription<T>>(network_.layers[l]);
  }

 private:
  // The results of one layer for the current batch. A Dropout has y and dy only.
  struct LayerState {
    Matrix<T> z, y, dy;      // the backward pass overwrites dy with dz
    std::vector<T> factors;  // for a Dropout: 1 / (1 - rate) or 0, one per element of y
  };

  void gather(BatchRows rows);
  // Returns whether it has computed the loss and the last layer's dz, too.
  bool forward(BatchRows rows);
  bool softmax_with_loss(BatchRows rows);
  // What compute_rows does but the metrics, by the backend's fused pass.
  void fused_layers(BatchRows rows);
  void set_z(std::size_t l, const DenseDescription<T>& dense, BatchRows rows);
  // Computes the loss of each row; in training also dy of the last layer.
  void set_loss(BatchRows rows);
  void set_metrics(BatchRows rows);
  void set_upstream(BatchRows rows);
  void backward(BatchRows rows, bool has_last_dz);
  void backward_activation(std::size_t l, const DenseDescription<T>& dense, BatchRows rows);
  double penalties() const;

  Backend<T>& backend_;
  NetworkDescription<T> network_;
  Execution execution_;

  bool can_fuse_;  // see Backend::can_fuse_layers

  // the current batch
  Samples<T> samples_;
  Pass pass_ = Pass::inference;
  FirstLayer first_ = FirstLayer::computed;
  Inputs<T> x_;
  std::span<const std::int32_t> rows_;
  Matrix<T> gathered_x_, gathered_y_;
  std::vector<LayerState> layers_;
  std::vector<LayerOfBatch<T>> fused_;  // empty if the batch goes through the primitives
  std::vector<T> upstream_, loss_values_, metric_sums_;
  std::vector<std::vector<T>> metric_values_;  // per metric, one entry per row
};

}  // namespace reprise
