// Losses that are means over the last axis (loss.hpp describes the interface).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include "reprise/core/math.hpp"
#include "reprise/kernels/rules/activation_smooth.hpp"
#include "reprise/kernels/rules/clipped.hpp"

namespace reprise {

namespace detail {

// The mean of term(0) .. term(n - 1), with in_float32 in single precision even for doubles (see
// Semantics). In single precision XLA turns Keras's division into a multiplication by the
// reciprocal.
template <class T, class Term>
T mean_of(std::size_t n, bool in_float32, Term&& term) {
  T sum = 0;
  float sum32 = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const T value = term(j);
    sum += value;
    sum32 += static_cast<float>(value);
  }
  const bool in_single = in_float32 || std::is_same_v<T, float>;
  return in_single ? static_cast<T>(sum32 * (1.0f / static_cast<float>(n)))
                   : sum / static_cast<T>(n);
}

}  // namespace detail

struct BinaryCrossentropy {
  static constexpr std::string_view name = "binary_crossentropy";
  static constexpr bool averages = true;  // over the last axis
  static constexpr bool sparse_targets = false;

  bool from_logits = false;      // whether predictions are the inputs of a sigmoid
  double label_smoothing = 0.0;  // fraction by which targets move towards 1/2
  CrossentropyForm form = CrossentropyForm::clipped;

  bool mean_in_float32 = false;  // the semantics set it, here and in the losses below

  template <class T>
  constexpr bool is_plain() const {  // as in activation.hpp
    return !from_logits && label_smoothing == 0.0 && form == CrossentropyForm::clipped &&
           (!mean_in_float32 || std::is_same_v<T, float>);
  }

  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    return detail::mean_of<T>(target.size(), mean_in_float32, [&](std::size_t j) {
      const T t = smoothed(target[j]), p = prediction[j];
      if (from_logits) {
        return -(t * LogSigmoid::value(p) + (T(1) - t) * LogSigmoid::value(-p));
      }
      const T c = Clipped<T>(p).value;
      if (form == CrossentropyForm::clipped_to_logits) {
        const T logit = math::log(c / (T(1) - c));
        return Softplus::value(logit) - logit * t;
      }
      return -(t * math::log(c) + (T(1) - t) * math::log(T(1) - c));
    });
  }

  // Otherwise g++ calls it for each row of one column in the kernels: a loss of 512 samples takes
  // 4.2 us instead of 2.3 (AMD EPYC, AVX-512).
  template <class T>
  [[gnu::always_inline]] void gradient(std::span<const T> target, std::span<const T> prediction,
                                       T upstream, std::span<T> out) const {
    for (std::size_t j = 0; j < target.size(); ++j) {
      const T t = smoothed(target[j]), p = prediction[j];
      if (from_logits) {
        out[j] = upstream * ((T(1) - t) * Sigmoid::value(p) - t * Sigmoid::value(-p));
        continue;
      }
      const Clipped<T> c(p);
      if (form == CrossentropyForm::clipped_to_logits) {
        const T logit = math::log(c.value / (T(1) - c.value));
        out[j] = (c.slope * upstream) * (Sigmoid::value(logit) - t) / (c.value * (T(1) - c.value));
      } else {
        out[j] = (c.slope * upstream) * ((T(1) - t) / (T(1) - c.value) - t / c.value);
      }
    }
  }

 private:
  template <class T>
  T smoothed(T target) const {
    if (label_smoothing == 0.0) return target;
    return target * static_cast<T>(1.0 - label_smoothing) + static_cast<T>(0.5 * label_smoothing);
  }
};

struct MeanSquaredError {
  static constexpr std::string_view name = "mse", long_name = "mean_squared_error";
  static constexpr bool averages = true;
  static constexpr bool sparse_targets = false;

  bool mean_in_float32 = false;

  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    return detail::mean_of<T>(target.size(), mean_in_float32, [&](std::size_t j) {
      const T d = target[j] - prediction[j];
      return d * d;
    });
  }
  template <class T>
  static void gradient(std::span<const T> target, std::span<const T> prediction, T upstream,
                       std::span<T> out) {
    for (std::size_t j = 0; j < target.size(); ++j) {
      out[j] = upstream * (T(2) * (prediction[j] - target[j]));
    }
  }
};

struct MeanAbsoluteError {
  static constexpr std::string_view name = "mae", long_name = "mean_absolute_error";
  static constexpr bool averages = true;
  static constexpr bool sparse_targets = false;

  bool mean_in_float32 = false;

  template <class T>
  T value(std::span<const T> target, std::span<const T> prediction) const {
    return detail::mean_of<T>(target.size(), mean_in_float32, [&](std::size_t j) {
      const T d = target[j] - prediction[j];
      return d < T(0) ? -d : d;
    });
  }
  // The sign of prediction - target. JAX's |x|, taken of target - prediction, has the derivative 1
  // at 0.
  template <class T>
  static void gradient(std::span<const T> target, std::span<const T> prediction, T upstream,
                       std::span<T> out) {
    for (std::size_t j = 0; j < target.size(); ++j) {
      out[j] = target[j] - prediction[j] >= T(0) ? -upstream : upstream;
    }
  }
};

}  // namespace reprise
