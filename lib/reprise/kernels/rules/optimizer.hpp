// Optimizers: one file each in optimizers/, and the functions that choose among them.
//
// An optimizer is an aggregate of hyper-parameters with Keras's names and defaults
// (keras/src/optimizers/*.py, Keras 3.15.1). Beside them it has a name, Formulas<T>, which lists
// those of its formulas for weights of type T that no other optimizer lists, and
// with_formula<T>(step, use), which calls use with the one for a step. It may have
// initial_slot_value() if its slots do not start at 0, advance<T>(step) if a step changes more than
// its number, and factor_without_gradient<T>() if a step without a gradient only multiplies the
// slot.
//
// A formula is what a step does to a weight w with gradient g and its slots of state. Source:
// update_step of the same files of Keras, in the same order of operations, with hyper-parameters
// rounded to the type of the weights as Keras rounds them. A formula is a template over V, a scalar
// or a vector of T, so that the reference, the vectorised and the fused loops share it. An object
// is created for each step and holds what is common to all weights in that step.
//
// Every optimizer has weight_decay, clipnorm, global_clipnorm and clipvalue, which are unset
// (AdamW has a weight_decay). weight_decay: w -= w weight_decay learning_rate before the step, for
// biases too. clipnorm limits the norm of each variable's gradient, global_clipnorm the norm of all
// gradients together, clipvalue each element. At most one of the three may be set; Keras 2 accepted
// clipnorm and clipvalue together. gradient_clipping.hpp computes them before the formula.
// base_optimizer.hpp has the parameters from use_ema to gradient_accumulation_steps.
#pragma once

#include <optional>
#include <variant>

#include "reprise/kernels/rules/optimizers/adadelta.hpp"
#include "reprise/kernels/rules/optimizers/adagrad.hpp"
#include "reprise/kernels/rules/optimizers/adam.hpp"
#include "reprise/kernels/rules/optimizers/adamax.hpp"
#include "reprise/kernels/rules/optimizers/adamw.hpp"
#include "reprise/kernels/rules/optimizers/common.hpp"
#include "reprise/kernels/rules/optimizers/lion.hpp"
#include "reprise/kernels/rules/optimizers/nadam.hpp"
#include "reprise/kernels/rules/optimizers/rmsprop.hpp"
#include "reprise/kernels/rules/optimizers/sgd.hpp"

namespace reprise {

// The list over which names, flags, tests and help texts iterate.
using Optimizer = std::variant<RMSprop, SGD, Adam, AdamW, Adagrad, Adadelta, Adamax, Nadam, Lion>;

// Calls use(formula) with the formula for this step of `optimizer`.
template <class T, class Use>
auto with_formula(const Optimizer& optimizer, const OptimizerStep& step, Use&& use) {
  return std::visit([&](const auto& p) { return p.template with_formula<T>(step, use); },
                    optimizer);
}

namespace detail {

template <class... A, class... B>
FormulaList<A..., B...> operator+(FormulaList<A...>, FormulaList<B...>);

template <class T, class... Rule>
auto all_formulas(const std::variant<Rule...>*)
    -> decltype((FormulaList<>{} + ... + typename Rule::template Formulas<T>{}));

}  // namespace detail

// All formulas that with_formula can pass, in the order of the optimizers.
template <class T>
using Formulas = decltype(detail::all_formulas<T>(static_cast<const Optimizer*>(nullptr)));

// The number of state values per weight.
inline int slots_per_weight(const Optimizer& optimizer) {
  return with_formula<float>(optimizer, {1, 1.0}, [](const auto& f) { return f.slots; });
}

// The initial value of every slot.
inline double initial_slot_value(const Optimizer& optimizer) {
  return std::visit(
      [](const auto& p) {
        if constexpr (requires { p.initial_slot_value(); }) {
          return p.initial_slot_value();
        } else {
          return 0.0;
        }
      },
      optimizer);
}

// The factor of a slot in a step for a weight with the gradient +0, if the step changes nothing
// else (RMSprop).
template <class T>
std::optional<T> factor_without_gradient(const Optimizer& optimizer) {
  return std::visit(
      [](const auto& p) -> std::optional<T> {
        if constexpr (requires { p.template factor_without_gradient<T>(); }) {
          return p.template factor_without_gradient<T>();
        } else {
          return {};
        }
      },
      optimizer);
}

// Counts a batch, and advances to the next step of an optimizer whose weights have type T unless
// the batch's gradients only accumulate; then step.accumulated is not 0.
template <class T>
void advance(const Optimizer& optimizer, OptimizerStep& step) {
  const int steps = std::visit(
      [](const auto& p) { return p.gradient_accumulation_steps.value_or(0); }, optimizer);
  step.accumulated = steps == 0 ? 0 : (step.accumulated + 1) % steps;
  if (step.accumulated != 0) return;
  ++step.number;
  std::visit(
      [&](const auto& p) {
        if constexpr (requires { p.template advance<T>(step); }) p.template advance<T>(step);
      },
      optimizer);
}

}  // namespace reprise
