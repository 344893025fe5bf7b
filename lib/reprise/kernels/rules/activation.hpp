// Activation functions: one formula each, used by every backend.
//
// A rule gives value(z) and derivative(z, y) with y = value(z). Sources: keras/src/activations
// (Keras 3.15.1) and, for the derivatives, what JAX's autodiff makes of them.
#pragma once

#include <string_view>
#include <variant>

#include "reprise/core/math.hpp"

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

struct Relu {
  static constexpr std::string_view name = "relu";
  template <class T>
  static T value(T z) {
    return z > T(0) ? z : T(0);
  }
  // 0 at 0, as jax.nn.relu defines it
  template <class T>
  static T derivative(T, T y) {
    return y > T(0) ? T(1) : T(0);
  }
};

struct Sigmoid {
  static constexpr std::string_view name = "sigmoid";
  template <class T>
  static T value(T z) {
    return T(1) / (T(1) + math::exp(-z));
  }
  template <class T>
  static T derivative(T, T y) {
    return y * (T(1) - y);
  }
};

struct Tanh {
  static constexpr std::string_view name = "tanh";
  template <class T>
  static T value(T z) {
    return math::tanh(z);
  }
  template <class T>
  static T derivative(T, T y) {
    return T(1) - y * y;
  }
};

// The list that names, tests and help texts iterate.
using Activation = std::variant<Linear, Relu, Sigmoid, Tanh>;

inline constexpr Linear linear;
inline constexpr Relu relu;
inline constexpr Sigmoid sigmoid;
inline constexpr Tanh tanh;

}  // namespace reprise
