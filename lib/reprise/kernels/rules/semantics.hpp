// Which Keras a number belongs to: a named set of formulas. A result means nothing without it.
//
// A set is formulas and defaults only; random streams are Keras 3's under every set. Sources:
// keras-team/keras 2.0.8, 2.2.4 (optimizers.py, backend/tensorflow_backend.py), TensorFlow 2.9
// (keras/optimizers, keras/backend.py), Keras 3.15.1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reprise/kernels/rules/activation.hpp"
#include "reprise/kernels/rules/gradient_clipping.hpp"
#include "reprise/kernels/rules/loss.hpp"
#include "reprise/kernels/rules/metric.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

struct Semantics {
  std::string_view name;
  std::string_view about = {};
  // Keras 3 outside TensorFlow averages over the last axis in float32 even when all else is float64
  // (backend/common/dtypes.py BIT64_TO_BIT32_DTYPE, backend/jax/numpy.py mean): a sample's loss is
  // rounded on its way to the sum, and the gradient 1/batch on its way back.
  bool float32_means_in_float64 = false;
  // There the activation tanh, too, is computed in float32 (backend/jax/numpy.py tanh).
  bool float32_tanh_in_float64 = false;
  // Probabilities in cross-entropies: clipped, or clipped and turned back into logits.
  CrossentropyForm crossentropy = CrossentropyForm::clipped;
  // Cross-entropies of a sigmoid or softmax layer take what entered that layer's activation.
  bool crossentropy_of_layer_logits = false;
  bool epsilon_outside_root = false;  // RMSprop, Adagrad
  ClipForm clipping = ClipForm::keras_3;
  // Defaults of optimizers that differ from Keras 3's.
  bool first_learning_rates = false;  // Adagrad .01, Adadelta 1, Adamax and Nadam .002
  double epsilon = 1e-7;
  double adagrad_initial_accumulator = 0.1;
  double nadam_schedule_decay = 1.0;
  bool has_adamw_and_lion = true;
};

// All sets; the first is the default.
const std::vector<Semantics>& all_semantics();

// Throws Error (exit code 2) with the known names if there is no such set.
const Semantics& find_semantics(std::string_view name);

// The optimizer as this set computes it: its formulas, and its defaults where the user gave
// nothing. Throws Error for an optimizer that the set's Keras did not have.
Optimizer resolve(const Semantics& semantics, Optimizer optimizer);

// Activation and metric as this set computes them.
Activation resolve(const Semantics& semantics, Activation activation);
Metric resolve(const Semantics& semantics, Metric metric);

// The loss as this set computes it for a last layer of activation `last`.
struct LossRule {
  Loss loss;
  bool on_layer_logits = false;  // it takes what entered the last activation
};
LossRule resolve(const Semantics& semantics, Loss loss, const Activation& last);

}  // namespace reprise
