// AdamW: Adam with weight decay (Loshchilov and Hutter 2019).
#pragma once

#include <optional>
#include <string_view>

#include "reprise/kernels/rules/optimizers/adam.hpp"

namespace reprise {

struct AdamW {
  static constexpr std::string_view name = "adamw";
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  Versioned epsilon = Versioned::by_default(1e-7);
  bool amsgrad = false;
  std::optional<double> weight_decay = 0.004, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<double> loss_scale_factor = {};
  std::optional<int> ema_overwrite_frequency = {}, gradient_accumulation_steps = {};

  // The weights decay before the step (gradient_clipping.hpp). The step is Adam's, which lists the
  // formulas.
  template <class T>
  using Formulas = FormulaList<>;

  template <class T, class Use>
  auto with_formula(const OptimizerStep& step, Use&& use) const {
    const Adam adam{learning_rate, beta_1, beta_2, epsilon, amsgrad};
    return adam.with_formula<T>(step, use);
  }
};

}  // namespace reprise
