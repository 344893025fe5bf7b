#include "reprise/kernels/stepwise_plan.hpp"

#include <algorithm>
#include <numeric>

#include "reprise/core/denormals.hpp"

namespace reprise {

template <class T>
std::vector<DenseDescription<T>> layers_in(const NetworkDescription<T>& network,
                                           std::span<T> arena) {
  std::vector<DenseDescription<T>> layers = network.layers;
  for (auto& layer : layers) {
    layer.kernel.data = arena.data() + (layer.kernel.data - network.variables.data());
    layer.bias = arena.subspan(
        static_cast<std::size_t>(layer.bias.data() - network.variables.data()), layer.bias.size());
  }
  return layers;
}

template <class T>
StepwisePlan<T>::StepwisePlan(Backend<T>& backend, const NetworkDescription<T>& network,
                              const Samples<T>& samples, std::size_t batch_size)
    : backend_(backend),
      network_(network),
      samples_(samples),
      batch_size_(batch_size),
      gradients_(network.variables.size()),
      dlayers_(layers_in(network, std::span(gradients_))),
      metric_sums_(network.metrics.size()) {
  for (const auto& layer : network_.layers) {
    const std::size_t units = layer.kernel.cols;
    layers_.push_back({Matrix<T>(0, units), Matrix<T>(0, units), Matrix<T>(0, units)});
  }
  gathered_x_ = Matrix<T>(0, cols_of(samples.x));
  gathered_y_ = Matrix<T>(0, layers_.back().y.cols());
}

namespace {

template <class T>
MatrixView<const T> gather(MatrixView<const T> from, std::span<const std::int32_t> rows,
                           Matrix<T>& to) {
  to.resize_rows(rows.size());
  const MatrixView<T> out = to.view();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(from.row(static_cast<std::size_t>(rows[i])), out.row(i).begin());
  }
  return out;
}

// Calls body(first, last) for consecutive batches of n samples; the last one may be shorter.
template <class Body>
void for_each_batch(std::size_t n, std::size_t batch_size, Body&& body) {
  for (std::size_t first = 0; first < n; first += batch_size) {
    body(first, std::min(n, first + batch_size));
  }
}

}  // namespace

template <class T>
void StepwisePlan<T>::set_batch(const Samples<T>& samples, std::span<const std::int32_t> rows) {
  rows_ = rows;
  x_ = samples.x;
  if (const auto* dense = std::get_if<MatrixView<const T>>(&samples.x)) {
    x_ = gather(*dense, rows, gathered_x_);
  }
  if (samples.y.data != nullptr) gather(samples.y, rows, gathered_y_);
  for (auto& layer : layers_) {
    layer.z.resize_rows(rows.size());
    layer.y.resize_rows(rows.size());
    layer.dy.resize_rows(rows.size());
  }
}

template <class T>
MatrixView<const T> StepwisePlan<T>::output_of(std::size_t layer) const {
  return layers_[layer].y.view();
}

template <class T>
void StepwisePlan<T>::forward() {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const auto& [kernel, bias, activation] = network_.layers[l];
    LayerState& state = layers_[l];
    if (l > 0) {
      backend_.dense_forward(output_of(l - 1), kernel, bias, state.z.view());
    } else if (const auto* csr = std::get_if<CsrView>(&x_)) {
      backend_.csr_forward({*csr, rows_}, kernel, bias, state.z.view());
    } else {
      backend_.dense_forward(std::get<MatrixView<const T>>(x_), kernel, bias, state.z.view());
    }
    backend_.activation_forward(activation, state.z, state.y.view());
  }
}

template <class T>
BatchResult<T> StepwisePlan<T>::judge(bool gradient) {
  const std::size_t batch = rows_.size();
  const MatrixView<const T> target = gathered_y_, prediction = output_of(layers_.size() - 1);
  const bool float32_means =
      network_.float32_means && std::visit([](const auto& l) { return l.averages; }, network_.loss);
  T upstream = T(1) / static_cast<T>(batch);
  if (float32_means) upstream = static_cast<T>(static_cast<float>(upstream));
  loss_values_.resize(batch);
  backend_.loss(network_.loss, target, prediction, upstream, loss_values_,
                gradient ? layers_.back().dy.view() : MatrixView<T>{});
  // Sums that are only shown are taken in double: their own rounding then says nothing of ours.
  double loss_sum = 0;
  for (const T value : loss_values_) loss_sum += float32_means ? static_cast<float>(value) : value;
  for (std::size_t m = 0; m < metric_sums_.size(); ++m) {
    double sum = 0;
    std::visit(
        [&](const auto& metric) {
          for (std::size_t i = 0; i < batch; ++i) {
            sum += metric.value(target.row(i), prediction.row(i));
          }
        },
        network_.metrics[m]);
    metric_sums_[m] = static_cast<T>(sum);
  }
  return {rows_, static_cast<T>(loss_sum / static_cast<double>(batch)), metric_sums_};
}

template <class T>
void StepwisePlan<T>::backward() {
  for (std::size_t l = layers_.size(); l-- > 0;) {
    LayerState& state = layers_[l];
    const auto& [dkernel, dbias, activation] = dlayers_[l];
    backend_.activation_backward(activation, state.z, state.y, state.dy.view());
    const MatrixView<const T> dz = state.dy;
    if (l > 0) {
      backend_.dense_backward_weights(output_of(l - 1), dz, dkernel, dbias);
      backend_.dense_backward_data(dz, network_.layers[l].kernel, layers_[l - 1].dy.view());
    } else if (const auto* csr = std::get_if<CsrView>(&x_)) {
      backend_.csr_backward_weights({*csr, rows_}, dz, dkernel, dbias);
    } else {
      backend_.dense_backward_weights(std::get<MatrixView<const T>>(x_), dz, dkernel, dbias);
    }
  }
}

template <class T>
void StepwisePlan<T>::train_epoch(std::span<const std::int32_t> order,
                                  const BatchObserver<T>& observe) {
  const FlushDenormals flush;
  for_each_batch(order.size(), batch_size_, [&](std::size_t first, std::size_t last) {
    set_batch(samples_, order.subspan(first, last - first));
    forward();
    const BatchResult<T> result = judge(true);
    backward();
    backend_.optimizer_pass(network_.optimizer, network_.variables, gradients_, network_.slots);
    observe(result);
  });
}

template <class T>
void StepwisePlan<T>::evaluate(const Samples<T>& samples, std::size_t batch_size,
                               const BatchObserver<T>& observe) {
  const FlushDenormals flush;
  std::vector<std::int32_t> order(rows_of(samples.x));
  std::iota(order.begin(), order.end(), 0);
  for_each_batch(order.size(), batch_size, [&](std::size_t first, std::size_t last) {
    set_batch(samples, std::span(order).subspan(first, last - first));
    forward();
    observe(judge(false));
  });
}

template <class T>
void StepwisePlan<T>::predict(const Inputs<T>& x, std::size_t batch_size, MatrixView<T> out) {
  const FlushDenormals flush;
  std::vector<std::int32_t> order(rows_of(x));
  std::iota(order.begin(), order.end(), 0);
  for_each_batch(order.size(), batch_size, [&](std::size_t first, std::size_t last) {
    set_batch({x, {}}, std::span(order).subspan(first, last - first));
    forward();
    std::ranges::copy(output_of(layers_.size() - 1).flat(), out.slice(first, last).flat().begin());
  });
}

template <class T>
MatrixView<const T> StepwisePlan<T>::pre_activations(std::size_t layer) const {
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
