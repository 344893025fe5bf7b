// Losses: for one sample, the value and the gradient with respect to the predictions.
//
// A rule gives value(target, prediction) and gradient(target, prediction, upstream, out), where
// `upstream` is the derivative of what is minimised by this sample's value, weight / batch, and for
// a rule that `averages` over the last axis further divided by its length. Both rows have as many
// entries as the last layer has units, but for `sparse_targets`, whose target is one class number.
// Formulas: keras/src/losses/losses.py and backend/jax/nn.py (Keras 3.15.1).
#pragma once

#include <variant>

#include "reprise/kernels/rules/loss_categorical.hpp"
#include "reprise/kernels/rules/loss_custom.hpp"
#include "reprise/kernels/rules/loss_elementwise.hpp"

namespace reprise {

// The list that names, flags, tests and help texts iterate.
using Loss =
    std::variant<BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy,
                 MeanSquaredError, MeanAbsoluteError, CustomLoss>;

inline bool has_sparse_targets(const Loss& loss) {
  return std::visit([](const auto& rule) { return rule.sparse_targets; }, loss);
}

}  // namespace reprise
