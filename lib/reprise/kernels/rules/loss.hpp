// Losses: their value for one sample, and the gradient with respect to the sample's predictions.
//
// A loss has value(target, prediction) and gradient(target, prediction, upstream, out). `upstream`
// is the derivative of the minimised loss with respect to this sample's value: weight / batch size,
// further divided by the length of the last axis if the loss `averages` over it. Both rows have as
// many entries as the last layer has units, except that a loss with `sparse_targets` has one class
// number as target. Formulas: keras/src/losses/losses.py and backend/jax/nn.py (Keras 3.15.1).
#pragma once

#include <variant>

#include "reprise/kernels/rules/loss_categorical.hpp"
#include "reprise/kernels/rules/loss_custom.hpp"
#include "reprise/kernels/rules/loss_elementwise.hpp"

namespace reprise {

// The list over which names, flags, tests and help texts iterate.
using Loss =
    std::variant<BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy,
                 MeanSquaredError, MeanAbsoluteError, CustomLoss>;

inline bool has_sparse_targets(const Loss& loss) {
  return std::visit([](const auto& rule) { return rule.sparse_targets; }, loss);
}

}  // namespace reprise
