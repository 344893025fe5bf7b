// What regularizers add to the loss and to gradients. The reported loss includes the penalties, in
// training and in evaluation (keras/src/trainers/trainer.py, Keras 3.15.1).
#pragma once

#include <optional>
#include <span>
#include <variant>

#include "reprise/kernels/plan.hpp"

namespace reprise {

// scale times the penalty of `values`, or 0 without a regularizer. The regularizer sums in T
// (rules/regularizer.hpp); only the sum over variables and layers is taken in double.
template <class T>
double penalty(const std::optional<Regularizer>& rule, std::span<const T> values, T scale = T(1)) {
  if (!rule) return 0.0;
  return std::visit([&](const auto& r) { return r.penalty(values) * scale; }, *rule);
}

// gradients[i] += scale times the derivative of the penalty with respect to values[i]
template <class T>
void add_penalty_gradient(const std::optional<Regularizer>& rule, std::span<const T> values,
                          std::span<T> gradients, T scale = T(1)) {
  if (!rule) return;
  std::visit(
      [&](const auto& r) {
        for (std::size_t i = 0; i < values.size(); ++i) {
          gradients[i] += r.derivative(values[i]) * scale;
        }
      },
      *rule);
}

// The penalties of one layer, for a batch with outputs y.
template <class T>
double penalties_of(const DenseDescription<T>& dense, MatrixView<const T> y) {
  return penalty<T>(dense.regularizers.kernel, dense.kernel.flat()) +
         penalty<T>(dense.regularizers.bias, dense.bias) +
         penalty<T>(dense.regularizers.output, y.flat(), T(1) / static_cast<T>(y.rows));
}

}  // namespace reprise
