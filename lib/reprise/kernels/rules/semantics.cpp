#include "reprise/kernels/rules/semantics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/rules/optimizer_parameters.hpp"

namespace reprise {

namespace {

// The parameters of every optimizer that came with the BaseOptimizer of Keras 2.11, and others.
std::vector<std::string_view> with_those_since_2_11(std::vector<std::string_view> others) {
  for (const char* name : {"weight_decay", "use_ema", "ema_momentum", "ema_overwrite_frequency",
                           "loss_scale_factor", "gradient_accumulation_steps"}) {
    others.emplace_back(name);
  }
  return others;
}

}  // namespace

const std::vector<Semantics>& all_semantics() {
  static const std::vector<Semantics> sets{
      {.name = "keras-3.15",
       .about = "Keras 3.15.1 on JAX",
       .float32_means_in_float64 = true,
       .float32_tanh_in_float64 = true,
       .one_class = Semantics::OneClass::warn},
      {.name = "tf.keras-2.9",
       .about = "TensorFlow 2.9: epsilon outside the root, cross-entropy of logits",
       .crossentropy_of_layer_logits = true,
       .epsilon_outside_root = true,
       .clipping = ClipForm::tf_keras,
       .negative_penalties = true,
       .unknown_parameters = with_those_since_2_11({}),
       .nadam_schedule_decay = 0.004,
       .has_adamw_and_lion = false},
      {.name = "keras-2.2",
       .about = "Keras 2.1.3 to 2.2.4 on TensorFlow 1: epsilon 1e-7 outside the root",
       .crossentropy = CrossentropyForm::clipped_to_logits,
       .epsilon_outside_root = true,
       .accuracy_follows_loss = true,
       .clipping = ClipForm::keras_2,
       .one_class = Semantics::OneClass::refuse,
       .negative_penalties = true,
       .any_momentum = true,
       .clamps_dropout = true,
       .unknown_parameters = with_those_since_2_11(
           {"global_clipnorm", "rmsprop.momentum", "centered", "initial_accumulator_value"}),
       .old_learning_rates = true,
       .adagrad_initial_accumulator = 0.0,
       .nadam_schedule_decay = 0.004,
       .has_adamw_and_lion = false},
      {.name = "keras-2.0.8",
       .about = "Keras 2.0 to 2.1.2 on TensorFlow 1: epsilon 1e-8 outside the root",
       .crossentropy = CrossentropyForm::clipped_to_logits,
       .epsilon_outside_root = true,
       .accuracy_follows_loss = true,
       .clipping = ClipForm::keras_2,
       .one_class = Semantics::OneClass::refuse,
       .negative_penalties = true,
       .any_momentum = true,
       .clamps_dropout = true,
       .unknown_parameters =
           with_those_since_2_11({"global_clipnorm", "rmsprop.momentum", "centered", "amsgrad",
                                  "initial_accumulator_value"}),
       .old_learning_rates = true,
       .epsilon = 1e-8,
       .adagrad_initial_accumulator = 0.0,
       .nadam_schedule_decay = 0.004,
       .has_adamw_and_lion = false},
  };
  return sets;
}

const Semantics& find_semantics(std::string_view name) {
  std::vector<std::string> known;
  for (const Semantics& set : all_semantics()) {
    if (set.name == name) return set;
    known.emplace_back(set.name);
  }
  throw Error("semantics: " + unknown_name(name, known));
}

namespace {

// Sets the formulas and defaults of one optimizer. An optimizer without an overload takes the set's
// epsilon if it has one.
struct SetDefaults {
  const Semantics& set;

  template <class Hyper>
  void operator()(Hyper& p) const {
    if constexpr (requires { p.epsilon.set_default(set.epsilon); }) {
      p.epsilon.set_default(set.epsilon);
    }
  }

  void operator()(RMSprop& p) const {
    p.epsilon.set_default(set.epsilon);
    // With momentum tf.keras 2.9 used a fused kernel, which has epsilon inside the root.
    const bool fused = set.crossentropy_of_layer_logits && p.momentum > 0;
    p.epsilon_outside_root = set.epsilon_outside_root && !fused;
  }
  void operator()(AdamW& p) const { require_adamw_and_lion(p.name); }
  void operator()(Adagrad& p) const {
    p.epsilon.set_default(set.epsilon);
    p.initial_accumulator_value.set_default(set.adagrad_initial_accumulator);
    if (set.old_learning_rates) p.learning_rate.set_default(0.01);
    p.epsilon_outside_root = set.epsilon_outside_root;
  }
  void operator()(Adadelta& p) const {
    p.epsilon.set_default(set.epsilon);
    if (set.old_learning_rates) p.learning_rate.set_default(1.0);
  }
  void operator()(Adamax& p) const {
    p.epsilon.set_default(set.epsilon);
    if (set.old_learning_rates) p.learning_rate.set_default(0.002);
  }
  void operator()(Nadam& p) const {
    p.epsilon.set_default(set.epsilon);
    if (set.old_learning_rates) p.learning_rate.set_default(0.002);
    p.schedule_decay = set.nadam_schedule_decay;
  }
  void operator()(Lion& p) const { require_adamw_and_lion(p.name); }

  void require_adamw_and_lion(std::string_view optimizer) const {
    if (set.has_adamw_and_lion) return;
    throw Error(fmt::format("optimizer '{}': {} does not have it", optimizer, set.name));
  }
};

bool is_given(const Versioned& value, const Versioned&) { return value.given(); }
template <class T>
bool is_given(const T& value, const T& by_default) {
  return value != by_default;
}

// Throws Error if a parameter is set that the version of Keras does not know (its TypeError).
template <class P>
void refuse_unknown_parameters(const Semantics& set, const P& p) {
  const auto is_unknown = [&](std::string_view name) {
    return std::ranges::any_of(set.unknown_parameters, [&](std::string_view unknown) {
      return unknown == name || unknown == fmt::format("{}.{}", p.name, name);
    });
  };
  each_parameter(p, [&]<class T>(const char* name, const T& value) {
    bool differs = false;
    const P defaults;
    each_parameter(defaults, [&]<class U>(const char* other, const U& by_default) {
      if constexpr (std::is_same_v<T, U>) {
        if (std::string_view(name) == other) differs = is_given(value, by_default);
      }
    });
    if (!differs || !is_unknown(name)) return;
    throw Error(
        fmt::format("optimizer '{}': {} does not know its parameter {}", p.name, set.name, name));
  });
}

}  // namespace

Optimizer resolve(const Semantics& semantics, Optimizer optimizer) {
  std::visit([&](const auto& p) { refuse_unknown_parameters(semantics, p); }, optimizer);
  std::visit(SetDefaults{semantics}, optimizer);
  return optimizer;
}

namespace {

template <class Variant>
void set_mean(const Semantics& semantics, Variant& rule) {
  std::visit(
      [&](auto& r) {
        if constexpr (requires { r.mean_in_float32; }) {
          r.mean_in_float32 = semantics.float32_means_in_float64;
        }
      },
      rule);
}

}  // namespace

Metric resolve(const Semantics& semantics, Metric metric) {
  set_mean(semantics, metric);
  return metric;
}

Activation resolve(const Semantics& semantics, Activation activation) {
  if (auto* rule = std::get_if<Tanh>(&activation)) {
    rule->in_float32 = semantics.float32_tanh_in_float64;
  }
  return activation;
}

LossRule resolve(const Semantics& semantics, Loss loss, const Activation& last) {
  LossRule rule{std::move(loss)};
  set_mean(semantics, rule.loss);
  if (auto* binary = std::get_if<BinaryCrossentropy>(&rule.loss)) {
    binary->form = semantics.crossentropy;
    rule.on_layer_logits = semantics.crossentropy_of_layer_logits && !binary->from_logits &&
                           std::holds_alternative<Sigmoid>(last);
    binary->from_logits = binary->from_logits || rule.on_layer_logits;
  } else if (auto* categorical = std::get_if<CategoricalCrossentropy>(&rule.loss)) {
    rule.on_layer_logits = semantics.crossentropy_of_layer_logits && !categorical->from_logits &&
                           std::holds_alternative<Softmax>(last);
    categorical->from_logits = categorical->from_logits || rule.on_layer_logits;
  } else if (auto* sparse = std::get_if<SparseCategoricalCrossentropy>(&rule.loss)) {
    sparse->form = semantics.crossentropy;
    rule.on_layer_logits = semantics.crossentropy_of_layer_logits && !sparse->from_logits &&
                           std::holds_alternative<Softmax>(last);
    sparse->from_logits = sparse->from_logits || rule.on_layer_logits;
  }
  return rule;
}

}  // namespace reprise
