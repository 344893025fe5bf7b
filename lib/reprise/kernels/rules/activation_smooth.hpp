// Activations made of exponentials (activation.hpp describes the interface).
#pragma once

#include <string_view>
#include <type_traits>

#include "reprise/core/special.hpp"

namespace reprise {

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
  bool in_float32 = false;  // also in a float64 network (Semantics::float32_tanh_in_float64)
  template <class T>
  constexpr bool is_plain() const {
    return !in_float32 || std::is_same_v<T, float>;
  }
  template <class T>
  T value(T z) const {
    return in_float32 ? static_cast<T>(math::tanh(static_cast<float>(z))) : math::tanh(z);
  }
  template <class T>
  static T derivative(T, T y) {
    return T(1) - y * y;
  }
  // As JAX computes it: u = dy (1 - y), then dz = u + u y, in float32 with a fused multiply-add.
  template <class T>
  T pull_back(T, T y, T dy) const {
    if (in_float32 || std::is_same_v<T, float>) {
      const float y32 = static_cast<float>(y), u = static_cast<float>(dy) * (1.0f - y32);
      return static_cast<T>(static_cast<float>(static_cast<double>(u) * y32 + u));
    }
    const T u = dy * (T(1) - y);
    return u + u * y;
  }
};

// z above 0, alpha (e^z - 1) below (Clevert et al. 2016)
struct Elu {
  static constexpr std::string_view name = "elu";
  double alpha = 1.0;
  template <class T>
  T value(T z) const {
    return z > T(0) ? z : static_cast<T>(alpha) * math::expm1(z);
  }
  template <class T>
  T derivative(T z, T) const {
    return z > T(0) ? T(1) : static_cast<T>(alpha) * math::exp(z);
  }
};

// scale elu(z, alpha), with both constants from Klambauer et al. 2017
struct Selu {
  static constexpr std::string_view name = "selu";
  static constexpr double alpha = 1.6732632423543772, scale = 1.0507009873554805;
  template <class T>
  static T value(T z) {
    return static_cast<T>(scale) * Elu{alpha}.value(z);
  }
  template <class T>
  static T derivative(T z, T) {
    return static_cast<T>(scale) * Elu{alpha}.derivative(z, T(0));
  }
};

// max(z, 0) + alpha (e^(min(z, 0) / alpha) - 1)
struct Celu {
  static constexpr std::string_view name = "celu";
  double alpha = 1.0;
  template <class T>
  T value(T z) const {
    const T a = static_cast<T>(alpha);
    return z > T(0) ? z : a * math::expm1(z / a);
  }
  template <class T>
  T derivative(T z, T) const {
    return z > T(0) ? T(1) : math::exp(z / static_cast<T>(alpha));
  }
};

// log(1 + e^z), computed as log(e^z + e^0) so that nothing overflows
struct Softplus {
  static constexpr std::string_view name = "softplus";
  template <class T>
  static T value(T z) {
    return (z > T(0) ? z : T(0)) + math::log1p(math::exp(z > T(0) ? -z : z));
  }
  template <class T>
  static T derivative(T z, T) {
    return Sigmoid::value(z);
  }
};

// log sigmoid(z) = -softplus(-z)
struct LogSigmoid {
  static constexpr std::string_view name = "log_sigmoid";
  template <class T>
  static T value(T z) {
    return -Softplus::value(-z);
  }
  template <class T>
  static T derivative(T z, T) {
    return Sigmoid::value(-z);
  }
};

// z / (|z| + 1)
struct Softsign {
  static constexpr std::string_view name = "softsign";
  template <class T>
  static T value(T z) {
    return z / ((z < T(0) ? -z : z) + T(1));
  }
  template <class T>
  static T derivative(T z, T) {
    const T d = (z < T(0) ? -z : z) + T(1);
    return T(1) / (d * d);
  }
};

// z sigmoid(z), also called swish
struct Silu {
  static constexpr std::string_view name = "silu";
  template <class T>
  static T value(T z) {
    return z * Sigmoid::value(z);
  }
  template <class T>
  static T derivative(T z, T) {
    const T s = Sigmoid::value(z);
    return s + z * (s * (T(1) - s));
  }
};

// z times the normal distribution function, z/2 (1 + erf(z / sqrt 2)) (Hendrycks and Gimpel 2016).
// This is Keras's default, not the approximation by tanh.
struct Gelu {
  static constexpr std::string_view name = "gelu";
  static constexpr double sqrt_half = 0.70710678118654752, normal_density = 0.39894228040143268;
  template <class T>
  static T value(T z) {
    return T(0.5) * z * (T(1) + math::erf(z * static_cast<T>(sqrt_half)));
  }
  template <class T>
  static T derivative(T z, T) {
    return T(0.5) * (T(1) + math::erf(z * static_cast<T>(sqrt_half))) +
           z * static_cast<T>(normal_density) * math::exp(T(-0.5) * z * z);
  }
};

// z tanh(softplus(z)) (Misra 2019)
struct Mish {
  static constexpr std::string_view name = "mish";
  template <class T>
  static T value(T z) {
    return z * math::tanh(Softplus::value(z));
  }
  template <class T>
  static T derivative(T z, T) {
    const T t = math::tanh(Softplus::value(z));
    return t + z * ((T(1) - t * t) * Sigmoid::value(z));
  }
};

struct Exponential {
  static constexpr std::string_view name = "exponential";
  template <class T>
  static T value(T z) {
    return math::exp(z);
  }
  template <class T>
  static T derivative(T, T y) {
    return y;
  }
};

// z - tanh(z)
struct TanhShrink {
  static constexpr std::string_view name = "tanh_shrink";
  template <class T>
  static T value(T z) {
    return z - math::tanh(z);
  }
  template <class T>
  static T derivative(T z, T) {
    const T t = math::tanh(z);
    return t * t;
  }
};

}  // namespace reprise
