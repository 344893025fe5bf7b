#include "repro/replay/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "reprise/core/math.hpp"
#include "repro/replay/losses.hpp"
#include "repro/replay/sums.hpp"

namespace reprise::replay {

namespace {

// Applies an activation as TensorFlow 1 computes it to one row, in place.
template <class S>
void activate(ActivationKind kind, std::span<float> z) {
  switch (kind) {
    case ActivationKind::linear: return;
    case ActivationKind::relu:
      for (float& v : z) v = v > 0.0f ? v : 0.0f;
      return;
    case ActivationKind::tanh:
      for (float& v : z) v = math::tanh(v);
      return;
    case ActivationKind::sigmoid:
      for (float& v : z) v = 1.0f / (1.0f + math::exp(-v));
      return;
    case ActivationKind::softmax: {
      const float highest = *std::ranges::max_element(z);
      for (float& v : z) v = math::exp(v - highest);
      const auto sum = static_cast<float>(S::of(z.size(), [&](std::size_t j) { return z[j]; }));
      for (float& v : z) v /= sum;
      return;
    }
  }
}

// Turns dL/dy into dL/dz, in place.
template <class S>
void activate_back(ActivationKind kind, std::span<const float> y, std::span<float> dy) {
  const std::size_t n = y.size();
  switch (kind) {
    case ActivationKind::linear: return;
    case ActivationKind::relu:
      for (std::size_t j = 0; j < n; ++j) dy[j] = y[j] > 0.0f ? dy[j] : 0.0f;
      return;
    case ActivationKind::tanh:
      for (std::size_t j = 0; j < n; ++j) dy[j] *= 1.0f - y[j] * y[j];
      return;
    case ActivationKind::sigmoid:
      // the grouping of TensorFlow's vectorised kernel (cwise_ops_gradients.h, packetOp)
      for (std::size_t j = 0; j < n; ++j) dy[j] = dy[j] * (y[j] * (1.0f - y[j]));
      return;
    case ActivationKind::softmax: {
      const auto sum = static_cast<float>(S::of(n, [&](std::size_t j) { return dy[j] * y[j]; }));
      for (std::size_t j = 0; j < n; ++j) dy[j] = (dy[j] - sum) * y[j];
      return;
    }
  }
}

// keras/regularizers.py, L1L2: sum(l1 |w|) + sum(l2 w^2).
template <class S>
float penalty_of(const DenseState& layer) {
  const auto& w = layer.kernel;
  const float l1 = layer.spec.l1, l2 = layer.spec.l2;
  float penalty = 0;
  if (l1 != 0.0f) {
    penalty +=
        static_cast<float>(S::of(w.size(), [&](std::size_t i) { return l1 * std::fabs(w[i]); }));
  }
  if (l2 != 0.0f) {
    penalty +=
        static_cast<float>(S::of(w.size(), [&](std::size_t i) { return l2 * (w[i] * w[i]); }));
  }
  return penalty;
}

// keras/optimizers.py, RMSprop.get_updates: a = rho a + (1 - rho) g^2, w -= lr g / (sqrt(a) +
// epsilon), with 1 - rho in float32. Resets the sums to 0 for the next batch.
template <class A>
void rmsprop(const CompileSpec& c, float l1, float l2, std::span<A> sums, std::span<float> weights,
             std::span<float> squares) {
  const float rest = 1.0f - c.rho, rho = c.rho, rate = c.learning_rate, epsilon = c.epsilon;
  // without aliases the compiler computes several roots and quotients at once
  A* __restrict sum = sums.data();
  float* __restrict weight = weights.data();
  float* __restrict square = squares.data();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const float w = weight[i];
    float g = static_cast<float>(sum[i]);
    sum[i] = 0;
    const float sign = static_cast<float>(w > 0.0f) - static_cast<float>(w < 0.0f);
    g = (g + l1 * sign) + l2 * (2.0f * w);
    const float a = rho * square[i] + rest * (g * g);
    square[i] = a;
    weight[i] = w - rate * g / (std::sqrt(a) + epsilon);
  }
}

float metric_of(MetricKind kind, std::span<const float> t, std::span<const float> p) {
  if (kind == MetricKind::mae) return std::fabs(p[0] - t[0]);
  if (p.size() == 1) return (p[0] > 0.5f ? 1.0f : 0.0f) == t[0] ? 1.0f : 0.0f;
  return std::ranges::max_element(t) - t.begin() == std::ranges::max_element(p) - p.begin() ? 1.0f
                                                                                            : 0.0f;
}

template <class S>
float loss_of(LossKind kind, std::span<const float> t, std::span<const float> p, float upstream,
              std::span<float> dp) {
  switch (kind) {
    case LossKind::binary_crossentropy:
      return BinaryCrossentropyOp::value(t[0], p[0], upstream, dp[0]);
    case LossKind::categorical_crossentropy:
      return CategoricalCrossentropyOp<S>::value(t, p, upstream, dp);
    case LossKind::mse: return MeanSquaredErrorOp::value(t[0], p[0], upstream, dp[0]);
  }
  return 0.0f;
}

template <class T>
std::span<T> row_of(std::vector<T>& values, std::size_t units, std::size_t b) {
  return std::span(values).subspan(b * units, units);
}

}  // namespace

template <class S>
Trainer<S>::Trainer(Network& network) : network_(network), buffers_(network.layers.size()) {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    LayerBuffers& buffers = buffers_[i];
    if (const auto* dense = std::get_if<DenseState>(&network.layers[i])) {
      buffers.units = dense->spec.units;
      buffers.kernel_sums.resize(dense->kernel.size());
      buffers.bias_sums.resize(dense->bias.size());
      buffers.dz.resize(buffers.units);
    } else {
      buffers.units = buffers_[i - 1].units;  // the first layer of a script is always Dense
    }
  }
  measure_penalties();
}

template <class S>
void Trainer<S>::measure_penalties() {
  penalties_.clear();
  for (const LayerState& layer : network_.layers) {
    const auto* dense = std::get_if<DenseState>(&layer);
    if (dense != nullptr && (dense->spec.l1 != 0.0f || dense->spec.l2 != 0.0f)) {
      penalties_.push_back(penalty_of<S>(*dense));
    }
  }
}

template <class S>
std::span<const float> Trainer<S>::input_row(std::size_t i, const Samples& samples,
                                             std::span<const std::int32_t> rows,
                                             std::size_t b) const {
  if (i == 0) return samples.dense.view().row(static_cast<std::size_t>(rows[b]));
  return std::span(buffers_[i - 1].y).subspan(b * buffers_[i - 1].units, buffers_[i - 1].units);
}

template <class S>
void Trainer<S>::dense_forward(std::size_t i, const Samples& samples,
                               std::span<const std::int32_t> rows) {
  const auto& layer = std::get<DenseState>(network_.layers[i]);
  const std::size_t units = layer.spec.units;
  for (std::size_t b = 0; b < rows.size(); ++b) {
    const auto y = row_of(buffers_[i].y, units, b);
    if (i == 0 && samples.multi_hot) {
      sum_of_rows<S>(samples.multi_hot->view().row(static_cast<std::size_t>(rows[b])),
                     layer.kernel.data(), units, y.data());
    } else {
      product_with<S>(input_row(i, samples, rows, b), layer.kernel.data(), units, y.data());
    }
    for (std::size_t u = 0; u < units; ++u) y[u] += layer.bias[u];
    activate<S>(layer.spec.activation, y);
  }
}

// tf.nn.dropout: x / keep_prob * floor(keep_prob + u).
template <class S>
void Trainer<S>::dropout_forward(std::size_t i, std::size_t rows) {
  auto& layer = std::get<DropoutState>(network_.layers[i]);
  LayerBuffers& buffers = buffers_[i];
  const std::size_t n = rows * buffers.units;
  const float keep_probability = static_cast<float>(1.0 - layer.rate);
  buffers.keep.resize(n);
  tensorflow_unit(layer.op_seed, layer.block, network_.fill, buffers.keep);
  layer.block += kBlocksPerElement * n;
  for (std::size_t j = 0; j < n; ++j) {
    buffers.keep[j] = std::floor(keep_probability + buffers.keep[j]);
    buffers.y[j] = buffers_[i - 1].y[j] / keep_probability * buffers.keep[j];
  }
}

template <class S>
void Trainer<S>::forward(const Samples& samples, std::span<const std::int32_t> rows,
                         bool training) {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    buffers_[i].y.resize(rows.size() * buffers_[i].units);
    if (std::holds_alternative<DenseState>(network_.layers[i])) {
      dense_forward(i, samples, rows);
    } else if (training) {
      dropout_forward(i, rows.size());
    } else {
      std::ranges::copy(buffers_[i - 1].y, buffers_[i].y.begin());
    }
  }
}

template <class S>
auto Trainer<S>::score(const Samples& samples, std::span<const std::int32_t> rows, bool gradient)
    -> BatchScores {
  LayerBuffers& last = buffers_.back();
  const std::size_t n = rows.size();
  const float upstream = 1.0f / static_cast<float>(n);
  std::vector<float> losses(n), metrics(n), unused(last.units);
  if (gradient) last.dy.resize(n * last.units);
  for (std::size_t b = 0; b < n; ++b) {
    const auto t = samples.targets.view().row(static_cast<std::size_t>(rows[b]));
    const auto p = row_of(last.y, last.units, b);
    const auto dp = gradient ? row_of(last.dy, last.units, b) : std::span(unused);
    losses[b] = loss_of<S>(network_.compiled.loss, t, p, upstream, dp);
    metrics[b] = metric_of(network_.compiled.metric, t, p);
  }
  const auto mean = [&](const std::vector<float>& values) {
    return static_cast<float>(S::of(n, [&](std::size_t b) { return values[b]; }) /
                              static_cast<A>(n));
  };
  float loss = mean(losses);
  for (const float penalty : penalties_) loss += penalty;
  return {loss, mean(metrics)};
}

template <class S>
void Trainer<S>::dense_backward(std::size_t i, const Samples& samples,
                                std::span<const std::int32_t> rows) {
  const auto& layer = std::get<DenseState>(network_.layers[i]);
  LayerBuffers& buffers = buffers_[i];
  const std::size_t units = buffers.units;
  for (std::size_t b = 0; b < rows.size(); ++b) {
    activate_back<S>(layer.spec.activation, row_of(buffers.y, units, b),
                     row_of(buffers.dy, units, b));
  }
  S::each(rows.size(), [&](std::size_t b) {
    std::ranges::copy(row_of(buffers.dy, units, b), buffers.dz.begin());
    const std::span<const A> dz(buffers.dz);
    if (i == 0 && samples.multi_hot) {
      add_to_rows(samples.multi_hot->view().row(static_cast<std::size_t>(rows[b])), dz,
                  buffers.kernel_sums.data());
    } else {
      add_outer_product(input_row(i, samples, rows, b), dz, buffers.kernel_sums.data());
    }
    for (std::size_t u = 0; u < units; ++u) buffers.bias_sums[u] += dz[u];
  });
  if (i == 0) return;
  buffers.transposed.resize(layer.kernel.size());
  for (std::size_t k = 0; k < layer.inputs; ++k) {
    for (std::size_t u = 0; u < units; ++u) {
      buffers.transposed[u * layer.inputs + k] = layer.kernel[k * units + u];
    }
  }
  LayerBuffers& before = buffers_[i - 1];
  before.dy.resize(rows.size() * before.units);
  for (std::size_t b = 0; b < rows.size(); ++b) {
    product_with<S>(row_of(buffers.dy, units, b), buffers.transposed.data(), layer.inputs,
                    row_of(before.dy, layer.inputs, b).data());
  }
}

template <class S>
void Trainer<S>::backward(const Samples& samples, std::span<const std::int32_t> rows) {
  for (std::size_t i = buffers_.size(); i-- > 0;) {
    if (std::holds_alternative<DenseState>(network_.layers[i])) {
      dense_backward(i, samples, rows);
      continue;
    }
    const auto& dropout = std::get<DropoutState>(network_.layers[i]);
    const float keep_probability = static_cast<float>(1.0 - dropout.rate);
    LayerBuffers &buffers = buffers_[i], &before = buffers_[i - 1];
    before.dy.resize(buffers.dy.size());
    for (std::size_t j = 0; j < buffers.dy.size(); ++j) {
      before.dy[j] = buffers.dy[j] * buffers.keep[j] / keep_probability;
    }
  }
}

template <class S>
void Trainer<S>::update() {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    auto* dense = std::get_if<DenseState>(&network_.layers[i]);
    if (dense == nullptr) continue;
    LayerBuffers& buffers = buffers_[i];
    rmsprop<A>(network_.compiled, dense->spec.l1, dense->spec.l2, buffers.kernel_sums,
               dense->kernel, dense->kernel_square);
    rmsprop<A>(network_.compiled, 0.0f, 0.0f, buffers.bias_sums, dense->bias, dense->bias_square);
  }
}

template <class S>
auto Trainer<S>::train(const Samples& samples, std::span<const std::int32_t> rows) -> BatchScores {
  forward(samples, rows, true);
  measure_penalties();
  const BatchScores scores = score(samples, rows, true);
  backward(samples, rows);
  update();
  return scores;
}

template <class S>
auto Trainer<S>::test(const Samples& samples, std::span<const std::int32_t> rows) -> BatchScores {
  forward(samples, rows, false);
  return score(samples, rows, false);
}

template class Trainer<Sums<double, false>>;
template class Trainer<Sums<double, true>>;
template class Trainer<Sums<float, false>>;
template class Trainer<Sums<float, true>>;

}  // namespace reprise::replay
