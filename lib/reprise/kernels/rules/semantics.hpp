// Semantics: a named set of the formulas and defaults of one version of Keras. A result is
// meaningful only together with the semantics that produced it.
//
// A set has no influence on random streams, which are always Keras 3's. Sources:
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
  // Keras 3 on backends other than TensorFlow averages over the last axis in float32 even if
  // everything else is float64 (backend/common/dtypes.py BIT64_TO_BIT32_DTYPE, backend/jax/numpy.py
  // mean). This rounds the loss of a sample before it is summed, and the gradient 1/batch in the
  // backward pass.
  bool float32_means_in_float64 = false;
  // The same Keras also computes the activation tanh in float32 (backend/jax/numpy.py tanh).
  bool float32_tanh_in_float64 = false;
  // How cross-entropies treat probabilities.
  CrossentropyForm crossentropy = CrossentropyForm::clipped;
  // The cross-entropy after a sigmoid or softmax layer reads the inputs of that layer's activation.
  bool crossentropy_of_layer_logits = false;
  bool epsilon_outside_root = false;  // for RMSprop and Adagrad
  // Keras 2 took "accuracy" for binary accuracy with binary_crossentropy, whatever the output
  // (keras/engine/training.py, compile); later versions decide by the shapes alone.
  bool accuracy_follows_loss = false;
  ClipForm clipping = ClipForm::keras_3;
  // What this version refuses, warns of, or takes in another way. Sources: layers/core.py,
  // regularizers.py, optimizers.py, engine/training.py of Keras 2; optimizers/optimizer_v2,
  // regularizers.py of tf.keras 2.9; losses/losses.py, optimizers, regularizers of Keras 3.
  enum class OneClass { accept, warn, refuse };
  // categorical_crossentropy with one output: Keras 2 raised ValueError, Keras 3 warns
  OneClass one_class = OneClass::accept;
  bool negative_penalties = false;  // a regularizer may have them
  bool any_momentum = false;        // SGD's may lie outside [0, 1]
  bool clamps_dropout = false;      // a rate is limited to [0, 1], and a rate of 1 drops nothing
  // Parameters of optimizers that this version does not know: "centered", "sgd.momentum"
  std::vector<std::string_view> unknown_parameters = {};
  // Defaults of optimizers that changed between versions. Old learning rates: Adagrad .01, Adadelta
  // 1, Adamax and Nadam .002.
  bool old_learning_rates = false;
  double epsilon = 1e-7;
  double adagrad_initial_accumulator = 0.1;
  double nadam_schedule_decay = 1.0;
  bool has_adamw_and_lion = true;
};

// All sets; the first is the default.
const std::vector<Semantics>& all_semantics();

// Throws Error (exit code 2) that lists the known names if there is no such set.
const Semantics& find_semantics(std::string_view name);

// The optimizer with the formulas of this set, and with its defaults for the hyper-parameters that
// the user did not give. Throws Error if that version of Keras does not have the optimizer.
Optimizer resolve(const Semantics& semantics, Optimizer optimizer);

// The activation and the metric with the formulas of this set.
Activation resolve(const Semantics& semantics, Activation activation);
Metric resolve(const Semantics& semantics, Metric metric);

// The loss with the formulas of this set, for a last layer with activation `last`.
struct LossRule {
  Loss loss;
  bool on_layer_logits = false;  // whether it reads the inputs of the last activation
};
LossRule resolve(const Semantics& semantics, Loss loss, const Activation& last);

}  // namespace reprise
