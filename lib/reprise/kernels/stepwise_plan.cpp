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
void gather(MatrixView<const T> from, std::span<const std::int32_t> rows, Matrix<T>& to) {
  to.resize_rows(rows.size());
  const MatrixView<T> out = to.view();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(from.row(static_cast<std::size_t>(rows[i])), out.row(i).begin());
  }
}

template <class T>
void gather(const CsrView& from, std::span<const std::int32_t> rows, Matrix<T>& to) {
  to.resize_rows(rows.size());
  const MatrixView<T> out = to.view();
  std::ranges::fill(out.flat(), T(0));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto column : from.row(static_cast<std::size_t>(rows[i]))) {
      out(i, static_cast<std::size_t>(column)) = T(1);
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

// Calls body(first, last) for consecutive batches of n samples, in one session of the backend; the
// last batch may be shorter.
template <class T, class Body>
void for_each_batch(Backend<T>& backend, std::size_t n, std::size_t batch_size, Body&& body) {
  backend.session([&] {
    for (std::size_t first = 0; first < n; first += batch_size) {
      body(first, std::min(n, first + batch_size));
    }
  });
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
      metric_sums_(network.metrics.size()) {
  for (const auto& layer : network_.layers) {
    const std::size_t units = units_of(layer);
    layers_.push_back({Matrix<T>(0, units), Matrix<T>(0, units), Matrix<T>(0, units), {}});
  }
  gathered_x_ = Matrix<T>(0, cols_of(samples.x));
}

template <class T>
void StepwisePlan<T>::set_batch(const Samples<T>& samples, std::span<const std::int32_t> rows) {
  rows_ = rows;
  x_ = samples.x;
  const bool dropout_first = std::holds_alternative<DropoutDescription>(network_.layers.front());
  std::visit(
      [&](const auto& x) {
        using View = std::remove_cvref_t<decltype(x)>;
        if (std::is_same_v<View, CsrView> && !dropout_first) return;
        gather(x, rows, gathered_x_);
        x_ = gathered_x_.view();
      },
      samples.x);
  if (samples.y.data != nullptr) {
    if (gathered_y_.cols() != samples.y.cols) gathered_y_ = Matrix<T>(0, samples.y.cols);
    gather(samples.y, rows, gathered_y_);
  }
  for (auto& layer : layers_) {
    layer.z.resize_rows(rows.size());
    layer.y.resize_rows(rows.size());
    layer.dy.resize_rows(rows.size());
  }
}

template <class T>
Inputs<T> StepwisePlan<T>::input_of(std::size_t l) const {
  if (l == 0) return x_;
  return layers_[l - 1].y.view();
}

template <class T>
void StepwisePlan<T>::forward(Pass pass) {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (const auto* dropout = std::get_if<DropoutDescription>(&network_.layers[l])) {
      drop_out(l, *dropout, pass);
    } else {
      forward(l, std::get<DenseDescription<T>>(network_.layers[l]));
    }
  }
}

template <class T>
void StepwisePlan<T>::forward(std::size_t l, const DenseDescription<T>& dense) {
  LayerState& state = layers_[l];
  const Inputs<T> x = input_of(l);
  if (const auto* csr = std::get_if<CsrView>(&x)) {
    backend_.csr_forward({*csr, rows_}, dense.kernel, dense.bias, state.z.view());
  } else {
    backend_.dense_forward(std::get<MatrixView<const T>>(x), dense.kernel, dense.bias,
                           state.z.view());
  }
  backend_.activation_forward(dense.activation, state.z, state.y.view());
}

template <class T>
void StepwisePlan<T>::drop_out(std::size_t l, const DropoutDescription& dropout, Pass pass) {
  LayerState& state = layers_[l];
  const auto y = state.y.view().flat();
  state.factors.assign(y.size(), T(1));
  if (pass == Pass::training && dropout.rate > 0) {
    draw_dropout(dropout, network_.state->batches, std::span(state.factors));
  }
  apply_dropout<T>(state.factors, std::get<MatrixView<const T>>(input_of(l)).flat(), y);
}

// As the rules take it (rules/loss.hpp): weight / rows, divided by the columns where they average.
template <class T>
void StepwisePlan<T>::set_upstream(const Samples<T>& samples) {
  const std::size_t columns = averages_ ? output().cols : 1;
  upstream_.assign(rows_.size(), T(1) / static_cast<T>(rows_.size()));
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!samples.weights.empty()) {
      upstream_[i] *= samples.weights[static_cast<std::size_t>(rows_[i])];
    }
    if (mean_in_float32_ || std::is_same_v<T, float>) {
      upstream_[i] =
          static_cast<T>(static_cast<float>(upstream_[i]) * (1.0f / static_cast<float>(columns)));
    } else {
      upstream_[i] /= static_cast<T>(columns);
    }
  }
}

// Sums that are only shown are taken in double: their own rounding then says nothing of ours.
template <class T>
double StepwisePlan<T>::data_loss(const Samples<T>& samples, Pass pass) {
  const bool training = pass == Pass::training;
  LayerState& last = layers_.back();
  const MatrixView<const T> prediction = network_.loss_on_layer_logits ? last.z : last.y;
  if (training) set_upstream(samples);
  loss_values_.resize(rows_.size());
  backend_.loss(network_.loss, gathered_y_, prediction, upstream_, loss_values_,
                training ? last.dy.view() : MatrixView<T>{});
  double sum = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const double value = loss_values_[i];
    sum += samples.weights.empty() ? value
                                   : value * samples.weights[static_cast<std::size_t>(rows_[i])];
  }
  return sum / static_cast<double>(rows_.size());
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

template <class T>
BatchResult<T> StepwisePlan<T>::judge(const Samples<T>& samples, Pass pass) {
  const double loss = data_loss(samples, pass) + penalties();
  const MatrixView<const T> target = gathered_y_, prediction = output();
  for (std::size_t m = 0; m < metric_sums_.size(); ++m) {
    double sum = 0;
    std::visit(
        [&](const auto& metric) {
          for (std::size_t i = 0; i < rows_.size(); ++i) {
            sum += metric.value(target.row(i), prediction.row(i));
          }
        },
        network_.metrics[m]);
    metric_sums_[m] = static_cast<T>(sum);
  }
  return {rows_, static_cast<T>(loss), metric_sums_};
}

template <class T>
void StepwisePlan<T>::backward() {
  for (std::size_t l = layers_.size(); l-- > 0;) {
    if (const auto* dense = std::get_if<DenseDescription<T>>(&network_.layers[l])) {
      backward(l, *dense);
    } else if (l > 0) {
      apply_dropout<T>(layers_[l].factors, layers_[l].dy.view().flat(),
                       layers_[l - 1].dy.view().flat());
    }
  }
}

// dL/dy becomes dL/dz; where the loss took the logits it is that already.
template <class T>
void StepwisePlan<T>::backward_activation(std::size_t l, const DenseDescription<T>& dense) {
  LayerState& state = layers_[l];
  const MatrixView<T> dy = state.dy.view();
  const auto add_output_penalty = [&](MatrixView<T> to) {
    add_penalty_gradient<T>(dense.regularizers.output, state.y.view().flat(), to.flat(),
                            T(1) / static_cast<T>(rows_.size()));
  };
  if (!network_.loss_on_layer_logits || l + 1 < layers_.size()) {
    add_output_penalty(dy);
    backend_.activation_backward(dense.activation, state.z, state.y, dy);
  } else if (dense.regularizers.output) {
    Matrix<T> own(dy.rows, dy.cols);
    add_output_penalty(own.view());
    backend_.activation_backward(dense.activation, state.z, state.y, own.view());
    for (std::size_t i = 0; i < dy.flat().size(); ++i) dy.data[i] += own.view().data[i];
  }
}

template <class T>
void StepwisePlan<T>::backward(std::size_t l, const DenseDescription<T>& dense) {
  backward_activation(l, dense);
  const MatrixView<const T> dz = layers_[l].dy;
  const auto& ddense = std::get<DenseDescription<T>>(dlayers_[l]);
  const Inputs<T> x = input_of(l);
  if (const auto* csr = std::get_if<CsrView>(&x)) {
    backend_.csr_backward_weights({*csr, rows_}, dz, ddense.kernel, ddense.bias);
  } else {
    backend_.dense_backward_weights(std::get<MatrixView<const T>>(x), dz, ddense.kernel,
                                    ddense.bias);
  }
  if (l > 0) backend_.dense_backward_data(dz, dense.kernel, layers_[l - 1].dy.view());
  add_penalty_gradient<T>(dense.regularizers.kernel, dense.kernel.flat(), ddense.kernel.flat());
  add_penalty_gradient<T>(dense.regularizers.bias, dense.bias, ddense.bias);
}

template <class T>
void StepwisePlan<T>::train_epoch(std::span<const std::int32_t> order,
                                  const BatchObserver<T>& observe) {
  const FlushDenormals flush;
  TrainingState& state = *network_.state;
  for_each_batch(backend_, order.size(), batch_size_, [&](std::size_t first, std::size_t last) {
    set_batch(samples_, order.subspan(first, last - first));
    forward(Pass::training);
    const BatchResult<T> result = judge(samples_, Pass::training);
    backward();
    advance<T>(network_.optimizer, state.step);
    prepare_step(network_.optimizer, network_.clipping, network_.variables, dvariables_);
    backend_.optimizer_pass(network_.optimizer, state.step, network_.variables, gradients_,
                            network_.slots);
    ++state.batches;
    observe(result);
  });
}

template <class T>
void StepwisePlan<T>::evaluate(const Samples<T>& samples, std::size_t batch_size,
                               const BatchObserver<T>& observe) {
  const FlushDenormals flush;
  std::vector<std::int32_t> order(rows_of(samples.x));
  std::iota(order.begin(), order.end(), 0);
  for_each_batch(backend_, order.size(), batch_size, [&](std::size_t first, std::size_t last) {
    set_batch(samples, std::span(order).subspan(first, last - first));
    forward(Pass::inference);
    observe(judge(samples, Pass::inference));
  });
}

template <class T>
void StepwisePlan<T>::predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) {
  const FlushDenormals flush;
  std::vector<std::int32_t> order(rows_of(x));
  std::iota(order.begin(), order.end(), 0);
  for_each_batch(backend_, order.size(), batch_size, [&](std::size_t first, std::size_t last) {
    set_batch({x, {}, {}}, std::span(order).subspan(first, last - first));
    forward(Pass::inference);
    std::ranges::copy(output().flat(), out.slice(first, last).flat().begin());
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
