#include "reprise/kernels/openmp/batch1_plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/openmp/skipped_steps.hpp"
#include "reprise/kernels/openmp/work.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

namespace {

constexpr std::size_t kMaxLayers = 16;        // as in isa/batch1.hpp
constexpr std::size_t kMaxBytes = 256 << 10;  // of weights and slots, half of a 512 KiB cache
constexpr std::size_t kPad = 16;              // the floats in the longest vector

std::size_t padded(std::size_t n) { return ceil_div(n, kPad) * kPad; }

}  // namespace

template <class T>
bool Batch1Plan<T>::supports(const NetworkDescription<T>& network, const Samples<T>& samples,
                             std::size_t batch_size) {
  if (batch_size != 1 || !BatchPlan<T>::supports(network) || !samples.weights.empty()) return false;
  if (!std::holds_alternative<MatrixView<const T>>(samples.x)) return false;
  if (std::holds_alternative<CustomLoss>(network.loss)) return false;
  std::size_t bytes = 0;
  for (const auto& layer : network.layers) {
    const auto* dense = std::get_if<DenseDescription<T>>(&layer);
    if (dense == nullptr) return false;
    const auto& [kernel, bias, output] = dense->regularizers;
    if (kernel || bias || output) return false;
    bytes += (dense->kernel.rows + 1) * padded(dense->kernel.cols) * sizeof(T);
  }
  bytes *= 1 + static_cast<std::size_t>(slots_per_weight(network.optimizer));
  return network.layers.size() <= kMaxLayers && bytes <= kMaxBytes;
}

template <class T>
Batch1Plan<T>::Batch1Plan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
                          const Samples<T>& samples)
    : fallback_(team, isa, network, samples, 1),
      kernels_(kernels_of<T>(isa)),
      network_(network),
      samples_(samples),
      slots_(static_cast<std::size_t>(slots_per_weight(network.optimizer))) {
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    add_layer(std::get<DenseDescription<T>>(network.layers[l]), l + 1 == network.layers.size());
  }
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    layers_[l].y = l + 1 < layers_.size() ? layers_[l + 1].x : y_.data();
  }
}

template <class T>
void Batch1Plan<T>::add_layer(const DenseDescription<T>& dense, bool last) {
  const std::size_t inputs = dense.kernel.rows, units = dense.kernel.cols;
  const std::size_t terms = inputs + (dense.bias.empty() ? 0 : 1);
  const std::size_t width = padded(units == 1 ? terms : units), stride = width * (1 + slots_);
  LayerBuffers store;
  store.rows.assign(units == 1 ? stride : terms * stride, T(0));
  store.x.assign(padded(terms), T(0));
  if (terms > inputs) store.x[inputs] = T(1);
  store.z.assign(padded(units), T(0));
  store.dz.assign(padded(units), T(0));
  store.live.resize(terms + kPad);
  store.dead.resize(terms + kPad);
  Batch1Layer<T> layer{};
  layer.inputs = inputs;
  layer.units = units;
  layer.terms = terms;
  layer.width = width;
  layer.stride = stride;
  layer.rows = store.rows.data();
  layer.x = store.x.data();
  layer.z = store.z.data();
  layer.dz = store.dz.data();
  layer.live = store.live.data();
  layer.dead = store.dead.data();
  layer.activation = layer_activation(kernels_, dense.activation);
  if (last) y_.assign(padded(units), T(0));
  buffers_.push_back(std::move(store));
  layers_.push_back(layer);
}

template <class T>
template <class Use>
void Batch1Plan<T>::for_each_weight(Use&& use) {
  std::size_t at = 0;  // Keras's order: a kernel row by row, then its bias
  for (const Batch1Layer<T>& layer : layers_) {
    for (std::size_t k = 0; k < layer.terms; ++k) {
      T* const row = layer.units == 1 ? layer.rows + k : layer.rows + k * layer.stride;
      for (std::size_t j = 0; j < layer.units; ++j) use(row + j, layer.width, at++);
    }
  }
}

template <class T>
void Batch1Plan<T>::pack() {
  const NetworkDescription<T>& network = network_;
  const std::size_t n = network.variables.size();
  for_each_weight([&](T* weight, std::size_t width, std::size_t at) {
    *weight = network.variables[at];
    for (std::size_t s = 0; s < slots_; ++s) weight[(s + 1) * width] = network.slots[s * n + at];
  });
}

template <class T>
void Batch1Plan<T>::unpack() {
  const NetworkDescription<T>& network = network_;
  const std::size_t n = network.variables.size();
  for_each_weight([&](const T* weight, std::size_t width, std::size_t at) {
    network.variables[at] = *weight;
    for (std::size_t s = 0; s < slots_; ++s) network.slots[s * n + at] = weight[(s + 1) * width];
  });
}

template <class T>
bool Batch1Plan<T>::is_finite() const {
  return std::ranges::all_of(buffers_, [](const LayerBuffers& store) {
    return std::ranges::all_of(store.rows, [](T value) { return std::isfinite(value); });
  });
}

// Runs the epoch on the packed weights. Returns whether all values stayed finite, so that the
// result equals that of the plain plan.
template <class T>
bool Batch1Plan<T>::run(std::span<const std::int32_t> order) {
  const NetworkDescription<T>& network = network_;
  const auto x = std::get<MatrixView<const T>>(samples_.x);
  OptimizerStep step = network.state->step;
  return with_formula<T>(network.optimizer, step, [&](const auto& first) {
    using Formula = std::remove_cvref_t<decltype(first)>;
    std::vector<Formula> formulas;
    for (std::size_t i = 0; i < order.size(); ++i) {
      advance<T>(network.optimizer, step);
      with_formula<T>(network.optimizer, step, [&](const auto& formula) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(formula)>, Formula>) {
          formulas.push_back(formula);
        }
      });
    }
    Batch1Run<T> run{};
    run.layers = layers_.data();
    run.count = layers_.size();
    run.order = order.data();
    run.n = order.size();
    run.x = x.data;
    run.y = samples_.y.data;
    run.x_columns = x.cols;
    run.y_columns = samples_.y.cols;
    run.upstream = upstream_of(network, T(1), 1);
    run.loss = address_of(network.loss);
    run.losses = kernels_.loss[network.loss.index()];
    run.is_mse = std::holds_alternative<MeanSquaredError>(network.loss);
    run.loss_on_logits = network.loss_on_layer_logits;
    run.formulas = formulas.data();
    run.formula_stride = sizeof(Formula);
    run.skip_zero_gradients = factor_without_gradient<T>(network.optimizer) &&
                              may_skip_steps<T>(network.variables, network.slots);
    run.bound = std::numeric_limits<T>::max() / T(4);
    run.z_out = z_out_.view().data;
    run.y_out = y_out_.view().data;
    const bool within = kernels_.batch1_steps[Formulas<T>::template index<Formula>()](run);
    if (within && is_finite()) network.state->step = step;
    return within && is_finite();
  });
}

template <class T>
void Batch1Plan<T>::report(std::span<const std::int32_t> order, const BatchObserver<T>& observe) {
  const NetworkDescription<T>& network = network_;
  const MatrixView<const T> target = target_, output = y_out_;
  const MatrixView<const T> loss_input = network.loss_on_layer_logits ? z_out_ : y_out_;
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::ranges::copy(samples_.y.row(static_cast<std::size_t>(order[i])),
                      target_.view().row(i).begin());
  }
  kernels_.loss[network.loss.index()](address_of(network.loss),
                                      {target.data, loss_input.data, nullptr, target.cols,
                                       loss_input.cols, losses_.data(), nullptr},
                                      0, order.size());
  std::vector<std::vector<T>> metrics(network.metrics.size());
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    std::visit(
        [&](const auto& metric) {
          for (std::size_t i = 0; i < order.size(); ++i) {
            metrics[m].push_back(metric.value(target.row(i), output.row(i)));
          }
        },
        network.metrics[m]);
  }
  std::vector<T> sums(metrics.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t m = 0; m < metrics.size(); ++m) sums[m] = metrics[m][i];
    observe({order.subspan(i, 1), losses_[i], sums});
  }
}

template <class T>
void Batch1Plan<T>::train_epoch(std::span<const std::int32_t> order,
                                const BatchObserver<T>& observe) {
  const FlushDenormals flush;
  if (z_out_.cols() != layers_.back().units) {
    z_out_ = y_out_ = Matrix<T>(0, layers_.back().units);
    target_ = Matrix<T>(0, samples_.y.cols);
  }
  for (Matrix<T>* matrix : {&z_out_, &y_out_, &target_}) matrix->resize_rows(order.size());
  losses_.resize(order.size());
  pack();
  if (!run(order)) return fallback_.train_epoch(order, observe);
  unpack();
  network_.state->batches += static_cast<std::uint32_t>(order.size());
  report(order, observe);
}

template class Batch1Plan<float>;
template class Batch1Plan<double>;

}  // namespace reprise
