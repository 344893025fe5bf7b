// Gradient clipping and weight decay, which precede an optimizer's formula
// (keras/src/optimizers/base_optimizer.py, Keras 3.15.1).
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <variant>
#include <vector>

#include "reprise/kernels/rules/optimizer.hpp"
#include "reprise/kernels/rules/regularizer.hpp"

namespace reprise {

// Keras 3 takes one of the clips. tf.keras 2.9 (optimizer_v2.py, _transform_unaggregated_gradients)
// applied clipvalue and then one of the norms. Keras 2.0 to 2.2 (optimizers.py, get_gradients) used
// the norm of all gradients together for clipnorm, and then applied clipvalue.
enum class ClipForm { keras_3, tf_keras, keras_2 };

namespace detail {

template <class T>
T global_norm(const std::vector<std::span<T>>& gradients) {
  T sum = 0;
  for (const auto g : gradients) sum += sum_of_squares(std::span<const T>(g));
  return std::sqrt(sum);
}

template <class T>
void scale(std::span<T> values, T numerator, T denominator) {
  for (T& v : values) v = v * numerator / denominator;
}

}  // namespace detail

// `gradients` has one span per variable.
template <class T, class Hyper>
void clip_gradients(const Hyper& p, ClipForm form, const std::vector<std::span<T>>& gradients) {
  const auto by_value = [&] {
    const T bound = static_cast<T>(*p.clipvalue);
    for (const auto gradient : gradients) {
      for (T& g : gradient) g = std::clamp(g, -bound, bound);
    }
  };
  if (form == ClipForm::keras_2) {
    if (p.clipnorm && *p.clipnorm > 0) {
      const T clip = static_cast<T>(*p.clipnorm), norm = detail::global_norm(gradients);
      if (norm >= clip) {
        for (const auto g : gradients) detail::scale(g, clip, norm);
      }
    }
    if (p.clipvalue && *p.clipvalue > 0) by_value();
    return;
  }
  if (form == ClipForm::tf_keras && p.clipvalue) by_value();
  if (p.clipnorm && *p.clipnorm > 0) {
    const T clip = static_cast<T>(*p.clipnorm);
    for (const auto g : gradients) {
      const T norm = std::sqrt(detail::sum_of_squares(std::span<const T>(g)));
      detail::scale(g, clip, std::max(norm, clip));
    }
  } else if (p.global_clipnorm && *p.global_clipnorm > 0) {
    const T clip = static_cast<T>(*p.global_clipnorm), norm = detail::global_norm(gradients);
    const T factor = clip * std::min(T(1) / norm, T(1) / clip);
    for (const auto g : gradients) detail::scale(g, factor, T(1));
  } else if (form == ClipForm::keras_3 && p.clipvalue && *p.clipvalue > 0) {
    by_value();
  }
}

template <class T, class Hyper>
void decay_weights(const Hyper& p, std::span<T> weights) {
  if (!p.weight_decay) return;
  const T decay = static_cast<T>(*p.weight_decay), rate = static_cast<T>(p.learning_rate);
  for (T& w : weights) w = w - w * decay * rate;
}

// Clips the gradients, then decays the weights, in Keras's order.
template <class T>
void prepare_step(const Optimizer& optimizer, ClipForm form, std::span<T> weights,
                  const std::vector<std::span<T>>& gradients) {
  std::visit(
      [&](const auto& p) {
        clip_gradients(p, form, gradients);
        decay_weights(p, weights);
      },
      optimizer);
}

}  // namespace reprise
