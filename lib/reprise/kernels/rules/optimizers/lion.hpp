// Lion (Chen et al. 2023).
#pragma once

#include <optional>
#include <string_view>

#include "reprise/kernels/rules/optimizers/common.hpp"

namespace reprise {

template <class T>
struct LionFormula;

struct Lion {
  static constexpr std::string_view name = "lion";
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.99;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<double> loss_scale_factor = {};
  std::optional<int> ema_overwrite_frequency = {}, gradient_accumulation_steps = {};

  template <class T>
  using Formulas = FormulaList<LionFormula<T>>;

  template <class T, class Use>
  auto with_formula(const OptimizerStep& step, Use&& use) const {
    return use(LionFormula<T>(*this, step));
  }
};

// w -= lr sign(beta_1 m + (1 - beta_1) g);  m = beta_2 m + (1 - beta_2) g   (lion.py)
template <class T>
struct LionFormula {
  static constexpr int slots = 1;

  LionFormula(const Lion& p, const OptimizerStep&)
      : learning_rate(static_cast<T>(p.learning_rate)),
        beta_1(static_cast<T>(p.beta_1)),
        beta_2(static_cast<T>(p.beta_2)) {}

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    V& m = slot[0];
    const V direction = m * beta_1 + g * (T(1) - beta_1);
    w = direction > T(0) ? w - learning_rate : direction < T(0) ? w + learning_rate : w;
    m = m * beta_2 + g * (T(1) - beta_2);
  }

  T learning_rate, beta_1, beta_2;
};

}  // namespace reprise
