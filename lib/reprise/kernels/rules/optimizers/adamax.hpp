// Adamax: Adam with the maximum norm (Kingma and Ba 2015).
#pragma once

#include <optional>
#include <string_view>

#include "reprise/kernels/rules/optimizers/common.hpp"

namespace reprise {

template <class T>
struct AdamaxFormula;

struct Adamax {
  static constexpr std::string_view name = "adamax";
  Versioned learning_rate = Versioned::by_default(0.001);
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  Versioned epsilon = Versioned::by_default(1e-7);
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<double> loss_scale_factor = {};
  std::optional<int> ema_overwrite_frequency = {}, gradient_accumulation_steps = {};

  template <class T>
  using Formulas = FormulaList<AdamaxFormula<T>>;

  template <class T, class Use>
  auto with_formula(const OptimizerStep& step, Use&& use) const {
    return use(AdamaxFormula<T>(*this, step));
  }
};

// m += (g - m)(1 - beta_1);  u = max(beta_2 u, |g|);
// w -= lr m / ((1 - beta_1^t)(u + epsilon))   (adamax.py)
template <class T>
struct AdamaxFormula {
  static constexpr int slots = 2;  // m, then u

  AdamaxFormula(const Adamax& p, const OptimizerStep& step)
      : learning_rate(static_cast<T>(p.learning_rate)),
        one_minus_beta_1(static_cast<T>(1.0 - p.beta_1)),
        beta_2(static_cast<T>(p.beta_2)),
        correction(T(1) - detail::power(static_cast<T>(p.beta_1), step.number)),
        epsilon(static_cast<T>(p.epsilon)) {}

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    V &m = slot[0], &u = slot[1];
    m = m + (g - m) * one_minus_beta_1;
    const V decayed = beta_2 * u, magnitude = g < T(0) ? -g : g;
    u = decayed > magnitude ? decayed : magnitude;
    w = w - learning_rate * m / (correction * (u + epsilon));
  }

  T learning_rate, one_minus_beta_1, beta_2, correction, epsilon;
};

}  // namespace reprise
