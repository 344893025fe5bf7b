// Adadelta (Zeiler 2012).
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "reprise/kernels/rules/optimizers/common.hpp"

namespace reprise {

template <class T>
struct AdadeltaFormula;

struct Adadelta {
  static constexpr std::string_view name = "adadelta";
  Versioned learning_rate = Versioned::by_default(0.001);
  double rho = 0.95;
  Versioned epsilon = Versioned::by_default(1e-7);
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<double> loss_scale_factor = {};
  std::optional<int> ema_overwrite_frequency = {}, gradient_accumulation_steps = {};

  template <class T>
  using Formulas = FormulaList<AdadeltaFormula<T>>;

  template <class T, class Use>
  auto with_formula(const OptimizerStep& step, Use&& use) const {
    return use(AdadeltaFormula<T>(*this, step));
  }
};

// a = rho a + (1 - rho) g^2;  d = -sqrt(D + epsilon) g / sqrt(a + epsilon);
// D = rho D + (1 - rho) d^2;  w += lr d   (adadelta.py)
template <class T>
struct AdadeltaFormula {
  static constexpr int slots = 2;  // a, then D

  AdadeltaFormula(const Adadelta& p, const OptimizerStep&)
      : learning_rate(static_cast<T>(p.learning_rate)),
        rho(static_cast<T>(p.rho)),
        one_minus_rho(static_cast<T>(1.0 - p.rho)),
        epsilon(static_cast<T>(p.epsilon)) {}

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    using std::sqrt;
    V &a = slot[0], &deltas = slot[1];
    a = rho * a + one_minus_rho * (g * g);
    const V delta = -(sqrt(deltas + epsilon) * g / sqrt(a + epsilon));
    deltas = rho * deltas + one_minus_rho * (delta * delta);
    w = w + learning_rate * delta;
  }

  T learning_rate, rho, one_minus_rho, epsilon;
};

}  // namespace reprise
