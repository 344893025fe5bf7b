#include "reprise/kernels/stepwise_plan.hpp"

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
StepwisePlan<T>::StepwisePlan(Backend<T>& backend, const NetworkDescription<T>& network,
                              const Samples<T>& samples, std::size_t batch_size)
    : backend_(backend),
      network_(network),
      samples_(samples),
      batch_size_(batch_size),
      averages_(std::visit([](const auto& loss) { return loss.averages; }, network.loss)),
      mean_in_float32_(has_mean_in_float32(network.loss)),
      gradients_(network.variables.size()),
      dlayers_(layers_in(network, std::span(gradients_))),
      dvariables_(variables_of(dlayers_)),
      metric_sums_(network.metrics.size()),
      metric_values_(network.metrics.size()) {
  for (const auto& layer : network_.layers) {
    const std::size_t units = units_of(layer);
    layers_.push_back({Matrix<T>(0, units), Matrix<T>(0, units), Matrix<T>(0, units), {}});
  }
  gathered_x_ = Matrix<T>(0, cols_of(samples.x));
}

// Calls body(rows) for each batch of `order` in one session of the backend. The last batch may be
// shorter.
template <class T>
template <class Body>
void StepwisePlan<T>::for_each_batch(std::span<const std::int32_t> order, std::size_t batch_size,
                                     Body&& body) {
  const FlushDenormals flush;
  session([&] {
    for (std::size_t first = 0; first < order.size(); first += batch_size) {
      body(order.subspan(first, std::min(batch_size, order.size() - first)));
    }
  });
}

template <class T>
void StepwisePlan<T>::begin_batch(const Samples<T>& samples, std::span<const std::int32_t> rows,
                                  Pass pass) {
  const std::size_t n = rows.size();
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
}

template <class T>
void StepwisePlan<T>::gather(const Samples<T>& samples, Pass pass, Rows rows) {
  const auto indexes = rows_.subspan(rows.first, rows.size());
  if (!std::holds_alternative<CsrView>(x_) && !sets_first_layer_z(pass)) {
    std::visit([&](const auto& x) { copy_rows<T>(x, indexes, rows.of(gathered_x_.view())); },
               samples.x);
  }
  if (samples.y.data != nullptr) copy_rows<T>(samples.y, indexes, rows.of(gathered_y_.view()));
}

template <class T>
Inputs<T> StepwisePlan<T>::input_of(std::size_t l) const {
  if (l == 0) return x_;
  return layers_[l - 1].y.view();
}

template <class T>
void StepwisePlan<T>::forward(Pass pass, Rows rows) {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    LayerState& state = layers_[l];
    if (const auto* dense = std::get_if<DenseDescription<T>>(&network_.layers[l])) {
      if (l > 0 || !sets_first_layer_z(pass)) set_z(l, *dense, rows);
      backend_.activation_forward(dense->activation, rows.of(state.z.view()),
                                  rows.of(state.y.view()));
    } else {
      const auto x = rows.of(std::get<MatrixView<const T>>(input_of(l)));
      apply_dropout<T>(rows.of(std::span<const T>(state.factors), x.cols), x.flat(),
                       rows.of(state.y.view()).flat());
    }
  }
}

template <class T>
void StepwisePlan<T>::set_z(std::size_t l, const DenseDescription<T>& dense, Rows rows) {
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
T StepwisePlan<T>::upstream_of(T weight, std::size_t n) const {
  const std::size_t columns = averages_ ? output().cols : 1;
  const T upstream = T(1) / static_cast<T>(n) * weight;
  if (mean_in_float32_ || std::is_same_v<T, float>) {
    return static_cast<T>(static_cast<float>(upstream) * (1.0f / static_cast<float>(columns)));
  }
  return upstream / static_cast<T>(columns);
}

template <class T>
void StepwisePlan<T>::set_upstream(const Samples<T>& samples, Rows rows) {
  for (std::size_t i = rows.first; i < rows.last; ++i) {
    const T weight =
        samples.weights.empty() ? T(1) : samples.weights[static_cast<std::size_t>(rows_[i])];
    upstream_[i] = upstream_of(weight, rows_.size());
  }
}

template <class T>
void StepwisePlan<T>::loss_and_metrics(const Samples<T>& samples, Pass pass, Rows rows) {
  const bool training = pass == Pass::training;
  LayerState& last = layers_.back();
  if (training) set_upstream(samples, rows);
  const MatrixView<const T> target = gathered_y_;
  backend_.loss(network_.loss, rows.of(target),
                rows.of((network_.loss_on_layer_logits ? last.z : last.y).view()),
                rows.of(std::span<const T>(upstream_)), rows.of(std::span<T>(loss_values_)),
                training ? rows.of(last.dy.view()) : MatrixView<T>{});
  const MatrixView<const T> prediction = output();
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
double StepwisePlan<T>::penalties() const {
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
BatchResult<T> StepwisePlan<T>::result(const Samples<T>& samples) {
  double loss = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const double value = loss_values_[i];
    loss += samples.weights.empty() ? value
                                    : value * samples.weights[static_cast<std::size_t>(rows_[i])];
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
void StepwisePlan<T>::backward(Rows rows) {
  for (std::size_t l = layers_.size(); l-- > 0;) {
    const MatrixView<T> dy = rows.of(layers_[l].dy.view());
    if (const auto* dense = std::get_if<DenseDescription<T>>(&network_.layers[l])) {
      backward_activation(l, *dense, rows);
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
void StepwisePlan<T>::backward_activation(std::size_t l, const DenseDescription<T>& dense,
                                          Rows rows) {
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
void StepwisePlan<T>::set_gradients(std::size_t l, const DenseDescription<T>& dense) {
  const MatrixView<const T> dz = dz_of(l);
  const auto& ddense = std::get<DenseDescription<T>>(dlayers_[l]);
  const Inputs<T> x = input_of(l);
  if (const auto* csr = std::get_if<CsrView>(&x)) {
    backend_.csr_backward_weights({*csr, rows_}, dz, ddense.kernel, ddense.bias);
  } else {
    backend_.dense_backward_weights(std::get<MatrixView<const T>>(x), dz, ddense.kernel,
                                    ddense.bias);
  }
  add_penalty_gradient<T>(dense.regularizers.kernel, dense.kernel.flat(), ddense.kernel.flat());
  add_penalty_gradient<T>(dense.regularizers.bias, dense.bias, ddense.bias);
}

template <class T>
void StepwisePlan<T>::update_weights() {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const auto* dense = std::get_if<DenseDescription<T>>(&network_.layers[l]);
    if (dense != nullptr) set_gradients(l, *dense);
  }
  prepare_step(network_.optimizer, network_.clipping, network_.variables, dvariables_);
  backend_.optimizer_pass(network_.optimizer, network_.state->step, network_.variables, gradients_,
                          network_.slots);
}

template <class T>
void StepwisePlan<T>::train_epoch(std::span<const std::int32_t> order,
                                  const BatchObserver<T>& observe) {
  for_each_batch(order, batch_size_, [&](std::span<const std::int32_t> batch) {
    begin_batch(samples_, batch, Pass::training);
    const auto body = [&](Rows rows) {
      gather(samples_, Pass::training, rows);
      forward(Pass::training, rows);
      loss_and_metrics(samples_, Pass::training, rows);
      backward(rows);
    };
    for_rows(Pass::training, body);
    BatchResult<T> result = this->result(samples_);
    if (!accepts(result.loss)) {
      for_rows(Pass::training, body);
      result = this->result(samples_);
    }
    advance<T>(network_.optimizer, network_.state->step);
    update_weights();
    ++network_.state->batches;
    observe(result);
  });
}

template <class T>
void StepwisePlan<T>::evaluate(const Samples<T>& samples, std::size_t batch_size,
                               const BatchObserver<T>& observe) {
  std::vector<std::int32_t> order(rows_of(samples.x));
  std::iota(order.begin(), order.end(), 0);
  for_each_batch(order, batch_size, [&](std::span<const std::int32_t> batch) {
    begin_batch(samples, batch, Pass::inference);
    for_rows(Pass::inference, [&](Rows rows) {
      gather(samples, Pass::inference, rows);
      forward(Pass::inference, rows);
      loss_and_metrics(samples, Pass::inference, rows);
    });
    observe(result(samples));
  });
}

template <class T>
void StepwisePlan<T>::predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) {
  std::vector<std::int32_t> order(rows_of(x));
  std::iota(order.begin(), order.end(), 0);
  T* next = out.data;
  for_each_batch(order, batch_size, [&](std::span<const std::int32_t> batch) {
    const Samples<T> samples{x, {}, {}};
    begin_batch(samples, batch, Pass::inference);
    for_rows(Pass::inference, [&](Rows rows) {
      gather(samples, Pass::inference, rows);
      forward(Pass::inference, rows);
    });
    next = std::ranges::copy(output().flat(), next).out;
  });
}

template <class T>
MatrixView<const T> StepwisePlan<T>::pre_activations(std::size_t layer) const {
  if (std::holds_alternative<DropoutDescription>(network_.layers[layer])) return {};
  return layers_[layer].z;
}

template <class T>
std::unique_ptr<Plan<T>> Backend<T>::make_plan(const NetworkDescription<T>& network,
                                               const Samples<T>& samples, std::size_t batch_size) {
  return std::make_unique<StepwisePlan<T>>(*this, network, samples, batch_size);
}

template class StepwisePlan<float>;
template class StepwisePlan<double>;
template class Backend<float>;
template class Backend<double>;

}  // namespace reprise
