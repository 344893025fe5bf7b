// Adagrad (Duchi, Hazan and Singer 2011).
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "reprise/kernels/rules/optimizers/common.hpp"

namespace reprise {

template <class T, bool OutsideRoot>
struct AdagradFormula;

struct Adagrad {
  static constexpr std::string_view name = "adagrad";
  Versioned learning_rate = Versioned::by_default(0.001);
  Versioned initial_accumulator_value = Versioned::by_default(0.1);
  Versioned epsilon = Versioned::by_default(1e-7);
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<double> loss_scale_factor = {};
  std::optional<int> ema_overwrite_frequency = {}, gradient_accumulation_steps = {};
  bool epsilon_outside_root = false;  // the semantics of Keras 2 set it

  double initial_slot_value() const { return initial_accumulator_value; }

  template <class T>
  using Formulas = FormulaList<AdagradFormula<T, false>, AdagradFormula<T, true>>;

  template <class T, class Use>
  auto with_formula(const OptimizerStep& step, Use&& use) const {
    return detail::with_flag(epsilon_outside_root, [&](auto outside) {
      return use(AdagradFormula<T, outside>(*this, step));
    });
  }
};

// a += g^2;  w -= lr g / sqrt(a + epsilon)   (adagrad.py); OutsideRoot as in RMSpropFormula
template <class T, bool OutsideRoot>
struct AdagradFormula {
  static constexpr int slots = 1;

  AdagradFormula(const Adagrad& p, const OptimizerStep&)
      : learning_rate(static_cast<T>(p.learning_rate)), epsilon(static_cast<T>(p.epsilon)) {}

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    using std::sqrt;
    V& a = slot[0];
    a = a + g * g;
    w = w - learning_rate * g / (OutsideRoot ? sqrt(a) + epsilon : sqrt(a + epsilon));
  }

  T learning_rate, epsilon;
};

}  // namespace reprise
