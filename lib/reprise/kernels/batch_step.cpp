#include "reprise/kernels/batch_step.hpp"

#include <algorithm>
#include <numeric>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/arena.hpp"
#include "reprise/kernels/dropout.hpp"
#include "reprise/kernels/penalties.hpp"

namespace reprise {

namespace {

template <class T>
void copy_rows(MatrixView<const T> from, std::span<const std::int32_t> rows, MatrixView<T> to) {
  if (from.cols == 1) {  // mostly targets: calling memmove for each would cost 10 ns
    for (std::size_t i = 0; i < rows.size(); ++i) {
      to.data[i] = from.data[static_cast<std::size_t>(rows[i])];
    }
    return;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(from.row(static_cast<std::size_t>(rows[i])), to.row(i).begin());
  }
}

template <class T>
void copy_rows(const CsrView& from, std::span<const std::int32_t> rows, MatrixView<T> to) {
  std::ranges::fill(to.flat(), T(0));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto column : from.row(static_cast<std::size_t>(rows[i]))) {
      to(i, static_cast<std::size_t>(column)) = T(1);
    }
  }
}

bool has_mean_in_float32(const Loss& loss) {
  return std::visit(
      [](const auto& rule) {
        if constexpr (requires { rule.mean_in_float32; }) {
          return rule.mean_in_float32;
        } else {
          return false;
        }
      },
      loss);
}

}  // namespace

template <class T>
T upstream_of(const NetworkDescription<T>& network, T weight, std::size_t n) {
  const bool averages = std::visit([](const auto& loss) { return loss.averages; }, network.loss);
  const std::size_t columns = averages ? units_of(network.layers.back()) : 1;
  const T upstream = T(1) / static_cast<T>(n) * weight;
  if (has_mean_in_float32(network.loss) || std::is_same_v<T, float>) {
    return static_cast<T>(static_cast<float>(upstream) * (1.0f / static_cast<float>(columns)));
  }
  return upstream / static_cast<T>(columns);
}

template <class T>
BatchStep<T>::BatchStep(Backend<T>& backend, const NetworkDescription<T>& network,
                        const Samples<T>& samples, Execution execution)
    : backend_(backend),
      network_(network),
      execution_(std::move(execution)),
      can_fuse_(backend.can_fuse_layers(network)),
      metric_sums_(network.metrics.size()),
      metric_values_(network.metrics.size()) {
  for (const auto& layer : network_.layers) {
    const std::size_t units = units_of(layer);
    layers_.push_back({Matrix<T>(0, units), Matrix<T>(0, units), Matrix<T>(0, units), {}});
  }
  gathered_x_ = Matrix<T>(0, cols_of(samples.x));
}

template <class T>
void BatchStep<T>::for_each_batch(std::span<const std::int32_t> order, std::size_t batch_size,
                                  const std::function<void(std::span<const std::int32_t>)>& body) {
  const FlushDenormals flush;
  execution_.session([&] {
    for (std::size_t first = 0; first < order.size(); first += batch_size) {
      body(order.subspan(first, std::min(batch_size, order.size() - first)));
    }
  });
}

template <class T>
void BatchStep<T>::begin(const Samples<T>& samples, std::span<const std::int32_t> rows, Pass pass,
                         FirstLayer first) {
  const std::size_t n = rows.size();
  samples_ = samples;
  pass_ = pass;
  first_ = first;
  rows_ = rows;
  const bool dropout_first = std::holds_alternative<DropoutDescription>(network_.layers.front());
  x_ = samples.x;
  // Reviews stay sparse: a dense batch takes 20 MB, which every fit would allocate and clear.
  if (dropout_first || !std::holds_alternative<CsrView>(samples.x)) {
    gathered_x_.resize_rows(n);
    x_ = MatrixView<const T>(gathered_x_.view());
  }
  if (gathered_y_.cols() != samples.y.cols) gathered_y_ = Matrix<T>(0, samples.y.cols);
  gathered_y_.resize_rows(n);
  upstream_.resize(n);
  loss_values_.resize(n);
  for (auto& values : metric_values_) values.resize(n);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    LayerState& layer = layers_[l];
    layer.z.resize_rows(n);
    layer.y.resize_rows(n);
    layer.dy.resize_rows(n);
    if (const auto* dropout = std::get_if<DropoutDescription>(&network_.layers[l])) {
      layer.factors.assign(n * dropout->units, T(1));
      if (pass == Pass::training && dropout->rate > 0) {
        draw_dropout(*dropout, network_.state->batches, std::span(layer.factors));
      }
    }
  }
  fused_.clear();
  if (!can_fuse_ || first == FirstLayer::computed || samples.y.data == nullptr) return;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    fused_.push_back({&dense(l), layers_[l].z.view(), layers_[l].y.view(), layers_[l].dy.view()});
  }
}

template <class T>
void BatchStep<T>::gather(BatchRows rows) {
  const auto indexes = rows_.subspan(rows.first, rows.size());
  if (!std::holds_alternative<CsrView>(x_) && first_ == FirstLayer::computed) {
    std::visit([&](const auto& x) { copy_rows<T>(x, indexes, rows.of(gathered_x_.view())); },
               samples_.x);
  }
  if (samples_.y.data != nullptr) copy_rows<T>(samples_.y, indexes, rows.of(gathered_y_.view()));
}

template <class T>
Inputs<T> BatchStep<T>::input_of(std::size_t l) const {
  if (l == 0) return x_;
  return layers_[l - 1].y.view();
}

template <class T>
bool BatchStep<T>::forward(BatchRows rows) {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    LayerState& state = layers_[l];
    if (const auto* dense = std::get_if<DenseDescription<T>>(&network_.layers[l])) {
      if (l > 0 || first_ == FirstLayer::computed) set_z(l, *dense, rows);
      if (l + 1 == layers_.size() && softmax_with_loss(rows)) return true;
      backend_.activation_forward(dense->activation, rows.of(state.z.view()),
                                  rows.of(state.y.view()));
    } else {
      const auto x = rows.of(std::get<MatrixView<const T>>(input_of(l)));
      apply_dropout<T>(rows.of(std::span<const T>(state.factors), x.cols), x.flat(),
                       rows.of(state.y.view()).flat());
    }
  }
  return false;
}

// For a last layer with a softmax: its outputs, its loss and dz, if the backend computes them in
// one pass.
template <class T>
bool BatchStep<T>::softmax_with_loss(BatchRows rows) {
  const DenseDescription<T>& last = dense(layers_.size() - 1);
  if (samples_.y.data == nullptr || !std::holds_alternative<Softmax>(last.activation) ||
      last.regularizers.output) {
    return false;
  }
  LayerState& state = layers_.back();
  const bool training = pass_ == Pass::training;
  if (training) set_upstream(rows);
  const MatrixView<const T> target = gathered_y_, z = state.z;
  return backend_.softmax_with_loss(network_.loss, network_.loss_on_layer_logits, rows.of(target),
                                    rows.of(z), rows.of(std::span<const T>(upstream_)),
                                    rows.of(state.y.view()), rows.of(std::span<T>(loss_values_)),
                                    training ? rows.of(state.dy.view()) : MatrixView<T>{});
}

template <class T>
void BatchStep<T>::set_z(std::size_t l, const DenseDescription<T>& dense, BatchRows rows) {
  const MatrixView<T> z = rows.of(layers_[l].z.view());
  const Inputs<T> x = input_of(l);
  if (const auto* csr = std::get_if<CsrView>(&x)) {
    backend_.csr_forward({*csr, rows_.subspan(rows.first, rows.size())}, dense.kernel, dense.bias,
                         z);
  } else {
    backend_.dense_forward(rows.of(std::get<MatrixView<const T>>(x)), dense.kernel, dense.bias, z);
  }
}

template <class T>
void BatchStep<T>::set_upstream(BatchRows rows) {
  if (samples_.weights.empty()) {
    std::ranges::fill(rows.of(std::span(upstream_)), upstream_of(network_, T(1), rows_.size()));
    return;
  }
  for (std::size_t i = rows.first; i < rows.last; ++i) {
    const T weight = samples_.weights[static_cast<std::size_t>(rows_[i])];
    upstream_[i] = upstream_of(network_, weight, rows_.size());
  }
}

template <class T>
void BatchStep<T>::set_loss(BatchRows rows) {
  const bool training = pass_ == Pass::training;
  LayerState& last = layers_.back();
  if (training) set_upstream(rows);
  const MatrixView<const T> target = gathered_y_;
  backend_.loss(network_.loss, rows.of(target),
                rows.of((network_.loss_on_layer_logits ? last.z : last.y).view()),
                rows.of(std::span<const T>(upstream_)), rows.of(std::span<T>(loss_values_)),
                training ? rows.of(last.dy.view()) : MatrixView<T>{});
}

template <class T>
void BatchStep<T>::set_metrics(BatchRows rows) {
  const MatrixView<const T> target = gathered_y_, prediction = output();
  for (std::size_t m = 0; m < network_.metrics.size(); ++m) {
    std::visit(
        [&](const auto& metric) {
          for (std::size_t i = rows.first; i < rows.last; ++i) {
            metric_values_[m][i] = metric.value(target.row(i), prediction.row(i));
          }
        },
        network_.metrics[m]);
  }
}

template <class T>
double BatchStep<T>::penalties() const {
  double sum = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (const auto* dense = std::get_if<DenseDescription<T>>(&network_.layers[l])) {
      sum += penalties_of<T>(*dense, layers_[l].y);
    }
  }
  return sum;
}

// Sums over the batch that are only reported are taken in double, so that they add no visible
// rounding of their own.
template <class T>
BatchResult<T> BatchStep<T>::result() {
  double loss = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const double value = loss_values_[i];
    loss += samples_.weights.empty() ? value
                                     : value * samples_.weights[static_cast<std::size_t>(rows_[i])];
  }
  loss = loss / static_cast<double>(rows_.size()) + penalties();
  for (std::size_t m = 0; m < metric_sums_.size(); ++m) {
    double sum = 0;
    for (const T value : metric_values_[m]) sum += value;
    metric_sums_[m] = static_cast<T>(sum);
  }
  return {rows_, static_cast<T>(loss), metric_sums_};
}

template <class T>
void BatchStep<T>::backward(BatchRows rows, bool has_last_dz) {
  for (std::size_t l = layers_.size(); l-- > 0;) {
    const MatrixView<T> dy = rows.of(layers_[l].dy.view());
    if (const auto* dense = std::get_if<DenseDescription<T>>(&network_.layers[l])) {
      if (l + 1 < layers_.size() || !has_last_dz) backward_activation(l, *dense, rows);
      if (l > 0) {
        backend_.dense_backward_data(dy, dense->kernel, rows.of(layers_[l - 1].dy.view()));
      }
    } else if (l > 0) {
      apply_dropout<T>(rows.of(std::span<const T>(layers_[l].factors), dy.cols), dy.flat(),
                       rows.of(layers_[l - 1].dy.view()).flat());
    }
  }
}

// Overwrites dL/dy with dL/dz. If the loss took the logits, dy already holds dL/dz.
template <class T>
void BatchStep<T>::backward_activation(std::size_t l, const DenseDescription<T>& dense,
                                       BatchRows rows) {
  LayerState& state = layers_[l];
  const MatrixView<T> dy = rows.of(state.dy.view());
  const MatrixView<const T> z = rows.of(state.z.view()), y = rows.of(state.y.view());
  const auto add_output_penalty = [&](MatrixView<T> to) {
    add_penalty_gradient<T>(dense.regularizers.output, y.flat(), to.flat(),
                            T(1) / static_cast<T>(rows_.size()));
  };
  if (!network_.loss_on_layer_logits || l + 1 < layers_.size()) {
    add_output_penalty(dy);
    backend_.activation_backward(dense.activation, z, y, dy);
  } else if (dense.regularizers.output) {
    Matrix<T> penalty(dy.rows, dy.cols);
    add_output_penalty(penalty.view());
    backend_.activation_backward(dense.activation, z, y, penalty.view());
    for (std::size_t i = 0; i < dy.flat().size(); ++i) dy.data[i] += penalty.view().data[i];
  }
}

template <class T>
void BatchStep<T>::fused_layers(BatchRows rows) {
  const bool training = pass_ == Pass::training;
  if (training) set_upstream(rows);
  backend_.fused_layers(
      fused_, {network_.loss, network_.loss_on_layer_logits, gathered_y_, upstream_, loss_values_},
      training, rows.first, rows.last);
}

template <class T>
void BatchStep<T>::compute_rows() {
  execution_.for_rows(rows_.size(), [&](BatchRows rows) {
    gather(rows);
    if (!fused_.empty()) {
      fused_layers(rows);
      return set_metrics(rows);
    }
    const bool has_loss = forward(rows);
    if (samples_.y.data == nullptr) return;
    if (!has_loss) set_loss(rows);
    set_metrics(rows);
    if (pass_ == Pass::training) backward(rows, has_loss);
  });
}

template <class T>
std::size_t BatchStep<T>::train(const Samples<T>& samples, std::span<const std::int32_t> order,
                                std::size_t batch_size, const std::function<void()>& set_first_z,
                                const std::function<void()>& update_weights,
                                const BatchObserver<T>& observe,
                                const std::function<bool(T loss)>& accepts) {
  TrainingState& state = *network_.state;
  std::size_t done = 0;
  bool ended = false;
  for_each_batch(order, batch_size, [&](std::span<const std::int32_t> batch) {
    if (ended) return;
    begin(samples, batch, Pass::training, set_first_z ? FirstLayer::given : FirstLayer::computed);
    if (set_first_z) set_first_z();
    compute_rows();
    const BatchResult<T> result = this->result();
    ended = accepts && !accepts(result.loss);
    if (ended) return;
    advance<T>(network_.optimizer, state.step);
    update_weights();
    ++state.batches;
    done += batch.size();
    observe(result);
  });
  return done;
}

template <class T>
void BatchStep<T>::evaluate(const Samples<T>& samples, std::size_t batch_size,
                            const BatchObserver<T>& observe,
                            const std::function<void()>& set_first_z) {
  std::vector<std::int32_t> order(rows_of(samples.x));
  std::iota(order.begin(), order.end(), 0);
  for_each_batch(order, batch_size, [&](std::span<const std::int32_t> batch) {
    begin(samples, batch, Pass::inference, set_first_z ? FirstLayer::given : FirstLayer::computed);
    if (set_first_z) set_first_z();
    compute_rows();
    observe(result());
  });
}

template <class T>
void BatchStep<T>::predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) {
  std::vector<std::int32_t> order(rows_of(x));
  std::iota(order.begin(), order.end(), 0);
  T* next = out.data;
  for_each_batch(order, batch_size, [&](std::span<const std::int32_t> batch) {
    begin({x, {}, {}}, batch, Pass::inference);
    compute_rows();
    next = std::ranges::copy(output().flat(), next).out;
  });
}

template <class T>
MatrixView<const T> BatchStep<T>::pre_activations(std::size_t layer) const {
  if (std::holds_alternative<DropoutDescription>(network_.layers[layer])) return {};
  return layers_[layer].z;
}

template float upstream_of(const NetworkDescription<float>&, float, std::size_t);
template double upstream_of(const NetworkDescription<double>&, double, std::size_t);
template class BatchStep<float>;
template class BatchStep<double>;

}  // namespace reprise
