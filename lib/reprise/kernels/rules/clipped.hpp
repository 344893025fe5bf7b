// Keras's clip of probabilities before their logarithm, and what it does to gradients.
#pragma once

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

// How a cross-entropy treats probabilities: as Keras 3 does on JAX, or as Keras 2 did on
// TensorFlow, which clipped them, went back to logits and used the cross-entropy of logits.
enum class CrossentropyForm { clipped, clipped_to_logits };

}  // namespace reprise
