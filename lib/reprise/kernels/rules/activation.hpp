// Activation functions: one formula each, used by every backend.
//
// An elementwise activation has value(z) and derivative(z, y) with y = value(z). It also has
// pull_back(z, y, dy) if dz is not simply dy times the derivative. An activation over a whole row
// (the last axis) has `row_wise`, forward(z, y), and backward(z, y, dy), which overwrites dL/dy
// with dL/dz. An activation with parameters may have is_plain<T>(), which tells whether it computes
// in T what the default parameters compute: loops that know the parameters at compile time are
// faster. Sources: keras/src/activations and backend/jax/nn.py (Keras 3.15.1), jax/_src/nn
// (0.10.2), and for the derivatives what JAX's automatic differentiation computes from them.
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

// The list over which names, flags, tests and help texts iterate.
using Activation =
    std::variant<Linear, Relu, Sigmoid, Tanh, Softmax, LeakyRelu, Relu6, Elu, Selu, Celu, Softplus,
                 Softsign, Silu, Gelu, Mish, Exponential, HardSigmoid, HardSilu, HardTanh,
                 LogSigmoid, TanhShrink, LogSoftmax>;

template <class Rule>
concept RowWise = requires {
  requires Rule::row_wise;
};

// dL/dz of an elementwise activation.
template <class T, class Rule>
T pull_back(const Rule& rule, T z, T y, T dy) {
  if constexpr (requires { rule.pull_back(z, y, dy); }) {
    return rule.pull_back(z, y, dy);
  } else {
    return dy * rule.derivative(z, y);
  }
}

// y = rule(z) for one row, in a plain loop.
template <class T, class Rule>
void apply_activation(const Rule& rule, std::span<const T> z, std::span<T> y) {
  if constexpr (RowWise<Rule>) {
    rule.forward(z, y);
  } else {
    for (std::size_t i = 0; i < z.size(); ++i) y[i] = rule.value(z[i]);
  }
}

// Overwrites dy with dz for one row.
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
