// Training steps on one sample each, many of them in one function, which allocates nothing and does
// not store gradients. It computes the same bits as the reference's primitives called one after
// another:
//
// - A bias is the weight of an input that is 1: fma(1, b, z) is z + b.
// - Terms of inputs that are 0 are skipped: fma(0, w, z) is z if w is finite. A weight that is not
//   finite never becomes finite again, so batch1_plan.cpp checks all weights at the end of an epoch
//   and discards the result if one is not.
// - With skip_zero_gradients a gradient of 0 does not change its weight. For an input that is 0,
//   the step changes only the slot v of its weights.
#pragma once

#include "reprise/kernels/openmp/isa/batch1_rows.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// Records whether all values were numbers in [-bound, bound]. It compares whole vectors and looks
// at the result once at the end, because a loop over single values took 8 % of a step.
template <class T>
class Bounds {
 public:
  [[gnu::always_inline]] explicit Bounds(T bound) { broadcast(bound_, bound); }
  // The values are padded with zeros to whole vectors.
  [[gnu::always_inline]] void check(const T* values, std::size_t n) {
    for (std::size_t j = 0; j < n; j += kLanes<T>) {
      Vector<T> v;
      load(v, values + j);
      outside_ |= ~((v <= bound_) & (v >= -bound_));
    }
  }
  [[gnu::always_inline]] bool held() const {
    bool held = true;
    for (std::size_t i = 0; i < kLanes<T>; ++i) held &= outside_[i] == 0;
    return held;
  }

 private:
  Vector<T> bound_;
  decltype(Vector<T>{} < Vector<T>{}) outside_{};
};

template <class T>
[[gnu::always_inline]] inline void forward_layer(const Batch1Layer<T>& layer, std::size_t live) {
  if (layer.units == 1) {
    add_one_column(layer);
  } else {
    add_rows(layer, live);
  }
  const LayerActivation<T>& activation = layer.activation;
  if (activation.forward != nullptr) {
    activation.forward(activation.rule, layer.z, layer.y, layer.units, 0, 1);
  } else {
    const T* __restrict z = layer.z;
    T* __restrict y = layer.y;
    for (std::size_t j = 0; j < layer.units; ++j)
      y[j] = activation.is_relu && z[j] < T(0) ? T(0) : z[j];
  }
}

// The derivative of the loss with respect to what it reads, into dz of the last layer.
template <class T>
[[gnu::always_inline]] inline void loss_gradient(const Batch1Run<T>& run, const T* target) {
  const Batch1Layer<T>& last = run.layers[run.count - 1];
  const T* const prediction = run.loss_on_logits ? last.z : last.y;
  if (run.is_mse) {
    for (std::size_t j = 0; j < last.units; ++j) {
      last.dz[j] = run.upstream * (T(2) * (prediction[j] - target[j]));
    }
  } else {
    T value;
    run.losses(run.loss,
               {target, prediction, &run.upstream, run.y_columns, last.units, &value, last.dz}, 0,
               1);
  }
}

// Overwrites dy with dz.
template <class T>
[[gnu::always_inline]] inline void backward_activation(const Batch1Layer<T>& layer) {
  const LayerActivation<T>& activation = layer.activation;
  if (activation.backward != nullptr) {
    activation.backward(activation.rule, layer.z, layer.y, layer.dz, layer.units, 0, 1);
  } else if (activation.is_relu) {
    const T* __restrict y = layer.y;
    T* __restrict dz = layer.dz;
    for (std::size_t j = 0; j < layer.units; ++j) dz[j] = y[j] > T(0) ? dz[j] : T(0);
  }
}

// Computes `dx` unless it is null, then updates the weights of one layer.
template <class T, class Formula>
[[gnu::always_inline]] inline void step_layer(const Formula& formula, const Batch1Layer<T>& layer,
                                              std::size_t live, bool skip_zero_gradients,
                                              bool dx_only_for_live, T* dx) {
  if (layer.units == 1) {
    const T delta = layer.dz[0];
    if (dx != nullptr) {
      const T* __restrict w = layer.rows;
      T* __restrict out = dx;
      for (std::size_t k = 0; k < layer.inputs; ++k) out[k] = fused_product(delta, w[k]);
    }
    step_row(formula, layer.rows, layer.width, delta, layer.x);
    return;
  }
  T* const bias_row = layer.rows + layer.inputs * layer.stride;
  const bool has_bias = layer.terms > layer.inputs;
  if constexpr (requires {
                  formula.rho;
                  formula.one_minus_rho;
                }) {
    if (skip_zero_gradients && (dx == nullptr || dx_only_for_live)) {
      step_rows(formula, layer, layer.live, live - has_bias, dx);
      for (std::size_t i = 0; i < layer.terms - live; ++i) {
        T* __restrict v = layer.rows + layer.dead[i] * layer.stride + layer.width;
        for (std::size_t j = 0; j < layer.width; ++j) v[j] = formula.rho * v[j];
      }
      if (has_bias) step_row(formula, bias_row, layer.width, T(1), layer.dz);
      return;
    }
  }
  for (std::size_t k = 0; k < layer.inputs; ++k) layer.live[k] = static_cast<std::uint32_t>(k);
  step_rows(formula, layer, layer.live, layer.inputs, dx);
  if (has_bias) step_row(formula, bias_row, layer.width, T(1), layer.dz);
}

// The formulas of the run are of type Formula, and the steps use them as Used.
template <class T, class Formula, class Used = Formula>
[[gnu::flatten]] bool batch1_steps(const Batch1Run<T>& run) {
  constexpr std::size_t kMaxLayers = 16;  // as in batch1_plan.cpp
  const std::size_t last = run.count - 1;
  std::size_t live[kMaxLayers];
  Bounds<T> bounds(run.bound);
  for (std::size_t i = 0; i < run.n; ++i) {
    const auto sample = static_cast<std::size_t>(run.order[i]);
    const Used formula(*reinterpret_cast<const Formula*>(static_cast<const char*>(run.formulas) +
                                                         i * run.formula_stride));
    const T* const x = run.x + sample * run.x_columns;
    for (std::size_t k = 0; k < run.x_columns; ++k) run.layers[0].x[k] = x[k];
    for (std::size_t l = 0; l <= last; ++l) {
      const Batch1Layer<T>& layer = run.layers[l];
      live[l] = layer.units == 1 ? 0 : find_live(layer);
      forward_layer(layer, live[l]);
      bounds.check(layer.z, layer.units);
    }
    const Batch1Layer<T>& top = run.layers[last];
    for (std::size_t j = 0; j < top.units; ++j) {
      run.z_out[i * top.units + j] = top.z[j];
      run.y_out[i * top.units + j] = top.y[j];
    }
    loss_gradient(run, run.y + sample * run.y_columns);
    for (std::size_t l = last + 1; l-- > 0;) {
      const Batch1Layer<T>& layer = run.layers[l];
      if (l < last || !run.loss_on_logits) backward_activation(layer);
      bounds.check(layer.dz, layer.units);
      const bool below_is_relu = l > 0 && run.layers[l - 1].activation.is_relu;
      step_layer(formula, layer, live[l], run.skip_zero_gradients, below_is_relu,
                 l > 0 ? run.layers[l - 1].dz : nullptr);
    }
  }
  return bounds.held();
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
