// Steps on one sample each, all of them in one function: nothing is allocated, and gradients are
// never stored. The bits are those of the reference's primitives one after another:
//
// - A bias is the weight of an input that is 1: fma(1, b, z) is z + b.
// - A term of an input that is 0 is left out: fma(0, w, z) is z for a finite w. No weight becomes
//   finite again; single_plan.cpp looks at them in the end.
// - Where `skips` says so, a gradient of 0 leaves a weight as it is, and of the rows of dead units
//   nothing moves but v.
#pragma once

#include "reprise/kernels/openmp/isa/batch1_rows.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// Whether all of them are numbers within the bound.
template <class T>
[[gnu::always_inline]] inline bool bounded(const T* values, std::size_t n, T bound) {
  bool within = true;
  for (std::size_t j = 0; j < n; ++j) within &= (values[j] <= bound) & (values[j] >= -bound);
  return within;
}

template <class T>
[[gnu::always_inline]] inline bool forward_layer(const SingleLayer<T>& layer, std::size_t live,
                                                 T bound) {
  if (layer.units == 1) {
    add_one_column(layer);
  } else {
    add_rows(layer, live);
  }
  if (layer.forward != nullptr) {
    layer.forward(layer.activation, layer.z, layer.y, layer.units, 0, 1);
  } else {
    const T* __restrict z = layer.z;
    T* __restrict y = layer.y;
    for (std::size_t j = 0; j < layer.units; ++j) y[j] = layer.cuts && z[j] < T(0) ? T(0) : z[j];
  }
  return bounded(layer.z, layer.units, bound);
}

// dz of the last layer.
template <class T>
[[gnu::always_inline]] inline void judge(const SingleRun<T>& run, const T* target) {
  const SingleLayer<T>& last = run.layers[run.count - 1];
  const T* const prediction = run.takes_logits ? last.z : last.y;
  if (run.squares) {
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

// dy becomes dz.
template <class T>
[[gnu::always_inline]] inline void backward_activation(const SingleLayer<T>& layer) {
  if (layer.backward != nullptr) {
    layer.backward(layer.activation, layer.z, layer.y, layer.dz, layer.units, 0, 1);
  } else if (layer.cuts) {
    const T* __restrict y = layer.y;
    T* __restrict dz = layer.dz;
    for (std::size_t j = 0; j < layer.units; ++j) dz[j] = y[j] > T(0) ? dz[j] : T(0);
  }
}

// The weights of one layer, and `dx` unless it is null.
template <class T, class Formula>
[[gnu::always_inline]] inline void step_layer(const Formula& formula, const SingleLayer<T>& layer,
                                              std::size_t live, bool skips, bool only_live_dx,
                                              T* dx) {
  if (layer.units == 1) {
    const T delta = layer.dz[0];
    if (dx != nullptr) {
      const T* __restrict w = layer.rows;
      T* __restrict out = dx;
      for (std::size_t k = 0; k < layer.inputs; ++k) out[k] = fused(delta, w[k], T(0));
    }
    step_row(formula, layer.rows, layer.width, delta, layer.x);
    return;
  }
  T* const bias_row = layer.rows + layer.inputs * layer.step;
  const bool has_bias = layer.terms > layer.inputs;
  if constexpr (requires {
                  formula.rho;
                  formula.one_minus_rho;
                }) {
    if (skips && (dx == nullptr || only_live_dx)) {
      step_rows(formula, layer, layer.live, live - has_bias, dx);
      for (std::size_t i = 0; i < layer.terms - live; ++i) {
        T* __restrict v = layer.rows + layer.dead[i] * layer.step + layer.width;
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

template <class T, class Formula>
[[gnu::flatten]] bool single_steps(const SingleRun<T>& run) {
  constexpr std::size_t kMost = 16;  // kMostSingleLayers
  const std::size_t last = run.count - 1;
  std::size_t live[kMost];
  bool within = true;
  for (std::size_t i = 0; i < run.n; ++i) {
    const auto sample = static_cast<std::size_t>(run.order[i]);
    const Formula formula = *reinterpret_cast<const Formula*>(
        static_cast<const char*>(run.formulas) + i * run.formula_step);
    const T* const x = run.x + sample * run.x_columns;
    for (std::size_t k = 0; k < run.x_columns; ++k) run.layers[0].x[k] = x[k];
    for (std::size_t l = 0; l <= last; ++l) {
      const SingleLayer<T>& layer = run.layers[l];
      live[l] = layer.units == 1 ? 0 : list_live(layer);
      within &= forward_layer(layer, live[l], run.bound);
    }
    const SingleLayer<T>& top = run.layers[last];
    for (std::size_t j = 0; j < top.units; ++j) {
      run.z_out[i * top.units + j] = top.z[j];
      run.y_out[i * top.units + j] = top.y[j];
    }
    judge(run, run.y + sample * run.y_columns);
    for (std::size_t l = last + 1; l-- > 0;) {
      const SingleLayer<T>& layer = run.layers[l];
      if (l < last || !run.takes_logits) backward_activation(layer);
      within &= bounded(layer.dz, layer.units, run.bound);
      const bool below_cuts = l > 0 && run.layers[l - 1].cuts;
      step_layer(formula, layer, live[l], run.skips, below_cuts,
                 l > 0 ? run.layers[l - 1].dz : nullptr);
    }
  }
  return within;
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
