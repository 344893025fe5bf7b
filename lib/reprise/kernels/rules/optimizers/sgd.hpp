// Gradient descent, with momentum or Nesterov momentum (Sutskever et al. 2013).
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "reprise/kernels/rules/optimizers/common.hpp"

namespace reprise {

template <class T, bool Momentum, bool Nesterov>
struct SGDFormula;

struct SGD {
  static constexpr std::string_view name = "sgd";
  double learning_rate = 0.01;
  double momentum = 0.0;
  bool nesterov = false;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<double> loss_scale_factor = {};
  std::optional<int> ema_overwrite_frequency = {}, gradient_accumulation_steps = {};

  template <class T>
  using Formulas = FormulaList<SGDFormula<T, false, false>, SGDFormula<T, true, false>,
                               SGDFormula<T, true, true>>;

  template <class T, class Use>
  auto with_formula(const OptimizerStep& step, Use&& use) const {
    if (momentum == 0) return use(SGDFormula<T, false, false>(*this, step));
    return detail::with_flag(nesterov, [&](auto is_nesterov) {
      return use(SGDFormula<T, true, is_nesterov>(*this, step));
    });
  }
};

// w -= lr g; with momentum: m = momentum m - lr g, w += m, or w += momentum m - lr g   (sgd.py)
template <class T, bool Momentum, bool Nesterov>
struct SGDFormula {
  static constexpr int slots = Momentum;

  SGDFormula(const SGD& p, const OptimizerStep&)
      : learning_rate(static_cast<T>(p.learning_rate)), momentum(static_cast<T>(p.momentum)) {}

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    if constexpr (!Momentum) {
      using std::fma;
      w = fma(V(-learning_rate), g, w);  // one rounding, as in XLA
    } else {
      const V step = learning_rate * g;
      V& m = slot[0];
      m = momentum * m - step;
      if constexpr (Nesterov) {
        w = w + (momentum * m - step);
      } else {
        w = w + m;
      }
    }
  }

  T learning_rate, momentum;
};

}  // namespace reprise
