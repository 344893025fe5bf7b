// Losses: for one sample, the value and the gradient with respect to the predictions.
//
// Formulas: keras/src/losses/losses.py and backend/jax/nn.py (Keras 3.15.1). `target` and
// `prediction` are rows of the same length; a sample's value is the mean over them.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>

#include "reprise/core/math.hpp"

namespace reprise {

// keras.config.epsilon(), as the backends round it.
template <class T>
inline constexpr T kEpsilon = static_cast<T>(1e-7);

// clip(p, epsilon, 1 - epsilon) and what JAX's autodiff lets through: all inside the interval,
// nothing outside, half exactly on a bound (jax lax.py, _balanced_eq). So a sample that is
// predicted beyond the clip stops learning.
template <class T>
struct Clipped {
  explicit Clipped(T p) {
    constexpr T low = kEpsilon<T>, high = static_cast<T>(1.0 - 1e-7);
    value = p < low ? low : p > high ? high : p;
    slope = p < low || p > high ? T(0) : p == low || p == high ? T(0.5) : T(1);
  }
  T value;
  T slope;
};

struct BinaryCrossentropy {
  static constexpr std::string_view name = "binary_crossentropy";
  static constexpr bool averages = true;  // over the last axis

  template <class T>
  static T value(std::span<const T> target, std::span<const T> prediction) {
    T sum = 0;
    for (std::size_t j = 0; j < target.size(); ++j) {
      const T c = Clipped<T>(prediction[j]).value;
      sum -= target[j] * math::log(c) + (T(1) - target[j]) * math::log(T(1) - c);
    }
    return sum / static_cast<T>(target.size());
  }
  // `upstream` is the derivative of the batch's loss by this sample's value: 1 / batch.
  template <class T>
  static void gradient(std::span<const T> target, std::span<const T> prediction, T upstream,
                       std::span<T> out) {
    const T scale = upstream / static_cast<T>(target.size());
    for (std::size_t j = 0; j < target.size(); ++j) {
      const Clipped<T> c(prediction[j]);
      out[j] = (c.slope * scale) * ((T(1) - target[j]) / (T(1) - c.value) - target[j] / c.value);
    }
  }
};

struct MeanSquaredError {
  static constexpr std::string_view name = "mse";
  static constexpr bool averages = true;

  template <class T>
  static T value(std::span<const T> target, std::span<const T> prediction) {
    T sum = 0;
    for (std::size_t j = 0; j < target.size(); ++j) {
      const T d = target[j] - prediction[j];
      sum += d * d;
    }
    return sum / static_cast<T>(target.size());
  }
  template <class T>
  static void gradient(std::span<const T> target, std::span<const T> prediction, T upstream,
                       std::span<T> out) {
    const T scale = upstream / static_cast<T>(target.size());
    for (std::size_t j = 0; j < target.size(); ++j) {
      out[j] = scale * (T(2) * (prediction[j] - target[j]));
    }
  }
};

// The list that names, tests and help texts iterate.
using Loss = std::variant<BinaryCrossentropy, MeanSquaredError>;

}  // namespace reprise
