// Activation functions: one formula each, used by every backend.
//
// An elementwise rule gives value(z) and derivative(z, y) with y = value(z), and pull_back(z, y,
// dy) where dz is not simply dy times the derivative. A rule over a whole row (the last axis) has
// `row_wise`, forward(z, y) and backward(z, y, dy), which turns dL/dy into dL/dz in place. A rule
// with parameters may say is_plain<T>() where they do in T what those of Rule{} do: loops that know
// them at compile time are faster. Sources: keras/src/activations and backend/jax/nn.py
// (Keras 3.15.1), jax/_src/nn (0.10.2) and, for the derivatives, what JAX's autodiff makes of them.
#pragma once

#include <concepts>
#include <span>
#include <string_view>
#include <variant>

#include "reprise/kernels/rules/activation_kinked.hpp"
#include "reprise/kernels/rules/activation_smooth.hpp"
#include "reprise/kernels/rules/activation_softmax.hpp"

namespace reprise {

struct Linear {
  static constexpr std::string_view name = "linear";
  template <class T>
  static T value(T z) {
    return z;
  }
  template <class T>
  static T derivative(T, T) {
    return T(1);
  }
};

// The list that names, flags, tests and help texts iterate.
using Activation =
    std::variant<Linear, Relu, Sigmoid, Tanh, Softmax, LeakyRelu, Relu6, Elu, Selu, Celu, Softplus,
                 Softsign, Silu, Gelu, Mish, Exponential, HardSigmoid, HardSilu, HardTanh,
                 LogSigmoid, TanhShrink, LogSoftmax>;

template <class Rule>
concept RowWise = requires {
  requires Rule::row_wise;
};

// dL/dz of an elementwise rule.
template <class T, class Rule>
T pull_back(const Rule& rule, T z, T y, T dy) {
  if constexpr (requires { rule.pull_back(z, y, dy); }) {
    return rule.pull_back(z, y, dy);
  } else {
    return dy * rule.derivative(z, y);
  }
}

// y = rule(z) for one row; the plain form.
template <class T, class Rule>
void apply_activation(const Rule& rule, std::span<const T> z, std::span<T> y) {
  if constexpr (RowWise<Rule>) {
    rule.forward(z, y);
  } else {
    for (std::size_t i = 0; i < z.size(); ++i) y[i] = rule.value(z[i]);
  }
}

// dy becomes dz for one row.
template <class T, class Rule>
void pull_back_activation(const Rule& rule, std::span<const T> z, std::span<const T> y,
                          std::span<T> dy) {
  if constexpr (RowWise<Rule>) {
    rule.backward(z, y, dy);
  } else {
    for (std::size_t i = 0; i < z.size(); ++i) dy[i] = pull_back(rule, z[i], y[i], dy[i]);
  }
}

}  // namespace reprise
