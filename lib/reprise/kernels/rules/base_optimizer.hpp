// What every optimizer can do around its formula beside clipping and decay: scale the loss, collect
// the gradients of several batches, and average the weights
// (keras/src/optimizers/base_optimizer.py and keras/src/backend/jax/optimizer.py, Keras 3.15.1).
#pragma once

#include <algorithm>
#include <span>
#include <variant>

#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

// Whether the optimizer does one of these.
inline bool acts_around_formula(const Optimizer& optimizer) {
  return std::visit(
      [](const auto& p) {
        return p.use_ema || p.loss_scale_factor || p.gradient_accumulation_steps.value_or(0) != 0;
      },
      optimizer);
}

// loss_scale_factor: Keras multiplies the loss before backpropagation and divides the gradients
// afterwards. Here both happen afterwards; the results differ in rounding, underflow and overflow.
template <class T>
void scale_gradients(const Optimizer& optimizer, std::span<T> gradients) {
  const auto factor = std::visit([](const auto& p) { return p.loss_scale_factor; }, optimizer);
  if (!factor) return;
  const T scale = static_cast<T>(*factor);
  for (T& g : gradients) g = g * scale / scale;
}

// gradient_accumulation_steps: adds the gradients to those that wait. After so many batches it
// replaces `gradients` by their mean and empties `waiting`, and returns true: a step is due.
// `step` must have been advanced for this batch.
template <class T>
bool accumulate(const Optimizer& optimizer, const OptimizerStep& step, std::span<T> gradients,
                std::span<T> waiting) {
  const int steps = std::visit(
      [](const auto& p) { return p.gradient_accumulation_steps.value_or(0); }, optimizer);
  if (steps == 0) return true;
  const bool is_due = step.accumulated == 0;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const T sum = gradients[i] + waiting[i];
    waiting[i] = is_due ? T(0) : sum;
    if (is_due) gradients[i] = sum / static_cast<T>(steps);
  }
  return is_due;
}

// use_ema: average = ema_momentum average + (1 - ema_momentum) w after each batch, but average = w
// until the first step is done. In every batch that belongs to each ema_overwrite_frequency-th
// step, also if it only accumulates, the weights become their averages. `step` is that after the
// batch.
template <class T>
void average_weights(const Optimizer& optimizer, const OptimizerStep& step, std::span<T> weights,
                     std::span<T> averages) {
  std::visit(
      [&](const auto& p) {
        if (!p.use_ema) return;
        // Keras counts the steps before this batch
        const std::int64_t before = step.accumulated == 0 ? step.number - 1 : step.number;
        const T momentum = before == 0 ? T(0) : static_cast<T>(p.ema_momentum);
        const int frequency = p.ema_overwrite_frequency.value_or(0);  // 0 is like None
        const bool overwrites = frequency != 0 && (before + 1) % frequency == 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
          averages[i] = momentum * averages[i] + (T(1) - momentum) * weights[i];
          if (overwrites) weights[i] = averages[i];
        }
      },
      optimizer);
}

}  // namespace reprise
