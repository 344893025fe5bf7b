// Activations made of straight pieces (activation.hpp has the contract). At a kink the derivative
// is JAX's; tests/nn/fixtures/toolbox.json holds Keras's answers at each.
#pragma once

#include <string_view>

namespace reprise {

// max(z, 0)
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

struct LeakyRelu {
  static constexpr std::string_view name = "leaky_relu";
  double negative_slope = 0.2;
  template <class T>
  T value(T z) const {
    return z >= T(0) ? z : static_cast<T>(negative_slope) * z;
  }
  template <class T>
  T derivative(T z, T) const {
    return z >= T(0) ? T(1) : static_cast<T>(negative_slope);
  }
};

namespace detail {

// min(max(z, low), high)
template <class T>
T clamp(T z, T low, T high) {
  return z < low ? low : z > high ? high : z;
}

}  // namespace detail

// min(max(z, 0), 6)
struct Relu6 {
  static constexpr std::string_view name = "relu6";
  template <class T>
  static T value(T z) {
    return detail::clamp(z, T(0), T(6));
  }
  template <class T>
  static T derivative(T z, T) {
    return z > T(0) && z < T(6) ? T(1) : T(0);
  }
};

// relu6(z + 3) / 6
struct HardSigmoid {
  static constexpr std::string_view name = "hard_sigmoid";
  template <class T>
  static T value(T z) {
    return Relu6::value(z + T(3)) / T(6);
  }
  template <class T>
  static T derivative(T z, T) {
    return Relu6::derivative(z + T(3), T(0)) / T(6);
  }
};

// z hard_sigmoid(z)
struct HardSilu {
  static constexpr std::string_view name = "hard_silu";
  template <class T>
  static T value(T z) {
    return z * HardSigmoid::value(z);
  }
  template <class T>
  static T derivative(T z, T) {
    return HardSigmoid::value(z) + z * HardSigmoid::derivative(z, T(0));
  }
};

// -1 below -1, 1 above 1, z between; the bounds belong to the middle
struct HardTanh {
  static constexpr std::string_view name = "hard_tanh";
  template <class T>
  static T value(T z) {
    return detail::clamp(z, T(-1), T(1));
  }
  template <class T>
  static T derivative(T z, T) {
    return z < T(-1) || z > T(1) ? T(0) : T(1);
  }
};

}  // namespace reprise
