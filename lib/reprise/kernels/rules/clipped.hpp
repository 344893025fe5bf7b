// Keras's clipping of probabilities before their logarithm, and its derivative.
#pragma once

namespace reprise {

// keras.config.epsilon(), rounded to T as Keras's backends do.
template <class T>
inline constexpr T kEpsilon = static_cast<T>(1e-7);

// clip(p, epsilon, 1 - epsilon) and its derivative in JAX: 1 inside the interval, 0 outside, and
// one half exactly on a bound (jax lax.py, _balanced_eq). So a sample whose prediction lies outside
// the interval has no gradient.
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

// How a cross-entropy treats probabilities. Keras 3 on JAX clips them. Keras 2 on TensorFlow
// clipped them, converted them back to logits and used the cross-entropy of logits.
enum class CrossentropyForm { clipped, clipped_to_logits };

}  // namespace reprise
