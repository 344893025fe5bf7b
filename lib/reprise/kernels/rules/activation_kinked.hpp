// Piecewise linear activations (activation.hpp describes the interface). At a kink the derivative
// is JAX's; tests/nn/fixtures/toolbox.json has Keras's derivatives at every kink.
#pragma once

#include <optional>
#include <string_view>

namespace reprise {

namespace detail {

// min(max(z, low), high)
template <class T>
T clamp(T z, T low, T high) {
  return z < low ? low : z > high ? high : z;
}

}  // namespace detail

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

// max(z, 0), and NaN if z is NaN; with Keras's parameters (keras/src/ops/nn.py, ReLU):
//   negative_slope s  s z below 0
//   max_value m       at most m
//   threshold t       z above t, s (z - t) below
struct Relu {
  static constexpr std::string_view name = "relu";
  double negative_slope = 0.0;
  std::optional<double> max_value = {};
  double threshold = 0.0;

  template <class T>
  T value(T z) const {
    if (is_plain<T>()) return z < T(0) ? T(0) : z;
    if (is_leaky()) return LeakyRelu{negative_slope}.value(z);
    const T bound = static_cast<T>(threshold);
    T y = z <= bound ? T(0) : z;
    if (max_value) y = detail::clamp(y, T(0), static_cast<T>(*max_value));
    return z < bound && negative_slope != 0.0 ? y - static_cast<T>(negative_slope) * (bound - z)
                                              : y;
  }
  // 0 at 0, as jax.nn.relu defines it. With max_value Keras clips, and on the bounds of a clip the
  // derivative is one half (clipped.hpp). For a max_value of 6 Keras calls relu6 instead.
  template <class T>
  T derivative(T z, T y) const {
    if (is_plain<T>()) return y > T(0) ? T(1) : T(0);
    if (is_leaky()) return LeakyRelu{negative_slope}.derivative(z, y);
    const T bound = static_cast<T>(threshold);
    if (z < bound) return static_cast<T>(negative_slope);
    if (z == bound) return T(0);
    if (!max_value) return T(1);
    if (*max_value == 6.0 && threshold == 0.0) return z < T(6) ? T(1) : T(0);
    const T ceiling = static_cast<T>(*max_value);
    if (z < T(0) || z > ceiling) return T(0);
    return z == T(0) || z == ceiling ? T(0.5) : T(1);
  }

  // The form that the book uses, and the fast one.
  template <class T>
  constexpr bool is_plain() const {
    return negative_slope == 0.0 && !max_value && threshold == 0.0;
  }

 private:
  constexpr bool is_leaky() const { return !max_value && threshold == 0.0; }
};

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

// -1 below -1, 1 above 1, otherwise z; the derivative is 1 on both bounds
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
