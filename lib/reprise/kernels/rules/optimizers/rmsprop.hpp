// RMSprop (Tieleman and Hinton 2012).
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "reprise/kernels/rules/optimizers/common.hpp"

namespace reprise {

template <class T, bool Centered, bool Momentum, bool OutsideRoot>
struct RMSpropFormula;

struct RMSprop {
  static constexpr std::string_view name = "rmsprop";
  Versioned learning_rate = Versioned::by_default(0.001);
  double rho = 0.9;
  double momentum = 0.0;
  Versioned epsilon = Versioned::by_default(1e-7);
  bool centered = false;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<double> loss_scale_factor = {};
  std::optional<int> ema_overwrite_frequency = {}, gradient_accumulation_steps = {};
  bool epsilon_outside_root = false;  // the semantics of Keras 2 set it

  template <class T>
  using Formulas =
      FormulaList<RMSpropFormula<T, false, false, false>, RMSpropFormula<T, false, false, true>,
                  RMSpropFormula<T, false, true, false>, RMSpropFormula<T, false, true, true>,
                  RMSpropFormula<T, true, false, false>, RMSpropFormula<T, true, false, true>,
                  RMSpropFormula<T, true, true, false>, RMSpropFormula<T, true, true, true>>;

  // The factor by which a step multiplies the slot of a weight with the gradient +0, if it changes
  // nothing else. See openmp/skipped_steps.hpp, also for the values that this presupposes.
  template <class T>
  std::optional<T> factor_without_gradient() const {
    constexpr T kLeast = std::numeric_limits<T>::min();  // smaller ones are flushed to 0
    const T rate = static_cast<T>(learning_rate), factor = static_cast<T>(rho);
    const bool root_is_positive = static_cast<T>(epsilon) >= kLeast;
    if (centered || momentum > 0 || !root_is_positive || !(factor >= kLeast && rho <= 1) ||
        !std::isfinite(rate) || std::signbit(rate)) {
      return {};
    }
    return factor;
  }

  template <class T, class Use>
  auto with_formula(const OptimizerStep& step, Use&& use) const {
    return detail::with_flag(centered, [&](auto is_centered) {
      return detail::with_flag(momentum > 0, [&](auto has_momentum) {
        return detail::with_flag(epsilon_outside_root, [&](auto outside) {
          return use(RMSpropFormula<T, is_centered, has_momentum, outside>(*this, step));
        });
      });
    });
  }
};

// v = rho v + (1 - rho) g^2;  w -= lr g / sqrt(v + epsilon)   (rmsprop.py)
// centered: a = rho a + (1 - rho) g, and the root takes v - a^2 instead of v
// momentum: m = momentum m + step;  w -= m
// OutsideRoot: sqrt(v) + epsilon (Keras 2.0 to 2.2, optimizers.py; without momentum tf.keras 2.9)
template <class T, bool Centered, bool Momentum, bool OutsideRoot>
struct RMSpropFormula {
  static constexpr int slots = 1 + Centered + Momentum;  // v, then a, then m

  RMSpropFormula(const RMSprop& p, const OptimizerStep&)
      : learning_rate(static_cast<T>(p.learning_rate)),
        rho(static_cast<T>(p.rho)),
        one_minus_rho(static_cast<T>(1.0 - p.rho)),
        momentum(static_cast<T>(p.momentum)),
        epsilon(static_cast<T>(p.epsilon)) {}

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    using std::sqrt;
    V& v = slot[0];
    v = rho * v + one_minus_rho * (g * g);
    V moment = v;
    if constexpr (Centered) {
      V& a = slot[1];
      a = rho * a + one_minus_rho * g;
      moment = v - a * a;
    }
    const V root = OutsideRoot ? sqrt(moment) + epsilon : sqrt(moment + epsilon);
    const V step = learning_rate * g / root;
    if constexpr (Momentum) {
      V& m = slot[1 + Centered];
      m = momentum * m + step;
      w = w - m;
    } else {
      w = w - step;
    }
  }

  T learning_rate, rho, one_minus_rho, momentum, epsilon;
};

}  // namespace reprise
