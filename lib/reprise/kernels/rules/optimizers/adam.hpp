// Adam (Kingma and Ba 2015) and its variant AMSGrad (Reddi, Kale and Kumar 2018).
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "reprise/kernels/rules/optimizers/common.hpp"

namespace reprise {

template <class T, bool Amsgrad>
struct AdamFormula;

struct Adam {
  static constexpr std::string_view name = "adam";
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  Versioned epsilon = Versioned::by_default(1e-7);
  bool amsgrad = false;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<double> loss_scale_factor = {};
  std::optional<int> ema_overwrite_frequency = {}, gradient_accumulation_steps = {};

  template <class T>
  using Formulas = FormulaList<AdamFormula<T, false>, AdamFormula<T, true>>;

  template <class T, class Use>
  auto with_formula(const OptimizerStep& step, Use&& use) const {
    return detail::with_flag(
        amsgrad, [&](auto is_amsgrad) { return use(AdamFormula<T, is_amsgrad>(*this, step)); });
  }
};

// m += (g - m)(1 - beta_1);  v += (g^2 - v)(1 - beta_2);  w -= m alpha / (sqrt(v) + epsilon) with
// alpha = lr sqrt(1 - beta_2^t) / (1 - beta_1^t); amsgrad takes the largest v so far   (adam.py)
template <class T, bool Amsgrad>
struct AdamFormula {
  static constexpr int slots = 2 + Amsgrad;  // m, v, then the largest v

  AdamFormula(const Adam& p, const OptimizerStep& step)
      : alpha(static_cast<T>(p.learning_rate) *
              std::sqrt(T(1) - detail::power(static_cast<T>(p.beta_2), step.number)) /
              (T(1) - detail::power(static_cast<T>(p.beta_1), step.number))),
        one_minus_beta_1(static_cast<T>(1.0 - p.beta_1)),
        one_minus_beta_2(static_cast<T>(1.0 - p.beta_2)),
        epsilon(static_cast<T>(p.epsilon)) {}

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    using std::sqrt;
    V &m = slot[0], &v = slot[1];
    m = m + (g - m) * one_minus_beta_1;
    v = v + (g * g - v) * one_minus_beta_2;
    V second = v;
    if constexpr (Amsgrad) second = slot[2] = slot[2] > v ? slot[2] : v;
    w = w - m * alpha / (sqrt(second) + epsilon);
  }

  T alpha, one_minus_beta_1, one_minus_beta_2, epsilon;
};

}  // namespace reprise
