// Nadam: Adam with Nesterov momentum (Dozat 2016).
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "reprise/kernels/rules/optimizers/common.hpp"

namespace reprise {

template <class T>
struct NadamFormula;

struct Nadam {
  static constexpr std::string_view name = "nadam";
  Versioned learning_rate = Versioned::by_default(0.001);
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  Versioned epsilon = Versioned::by_default(1e-7);
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<double> loss_scale_factor = {};
  std::optional<int> ema_overwrite_frequency = {}, gradient_accumulation_steps = {};
  // The momentum schedule is .96^(step schedule_decay). The semantics of Keras 2 set .004.
  double schedule_decay = 1.0;

  // The momentum of a step: beta_1 (1 - .96^(step schedule_decay) / 2)   (Dozat 2016; nadam.py)
  template <class T>
  T momentum_at(std::int64_t step) const {
    const double base = schedule_decay == 1.0 ? 0.96 : std::pow(0.96, schedule_decay);
    return static_cast<T>(beta_1) * (T(1) - T(0.5) * detail::power(static_cast<T>(base), step));
  }

  // Includes the momentum of the new step in the product.
  template <class T>
  void advance(OptimizerStep& step) const {
    step.momentum_product =
        static_cast<double>(static_cast<T>(step.momentum_product) * momentum_at<T>(step.number));
  }

  template <class T>
  using Formulas = FormulaList<NadamFormula<T>>;

  template <class T, class Use>
  auto with_formula(const OptimizerStep& step, Use&& use) const {
    return use(NadamFormula<T>(*this, step));
  }
};

// m, v as Adam; mh = u' m / (1 - U u') + (1 - u) g / (1 - U);  vh = v / (1 - beta_2^t);
// w -= mh lr / (sqrt(vh) + epsilon), with u and u' the momenta of this step and the next and U the
// product of all so far   (nadam.py)
template <class T>
struct NadamFormula {
  static constexpr int slots = 2;  // m, then v

  NadamFormula(const Nadam& p, const OptimizerStep& step)
      : learning_rate(static_cast<T>(p.learning_rate)),
        one_minus_beta_1(T(1) - static_cast<T>(p.beta_1)),
        one_minus_beta_2(T(1) - static_cast<T>(p.beta_2)),
        correction(T(1) - detail::power(static_cast<T>(p.beta_2), step.number)),
        epsilon(static_cast<T>(p.epsilon)) {
    const T product = static_cast<T>(step.momentum_product);
    const T next = p.momentum_at<T>(step.number + 1);
    of_momentum = next;
    below_momentum = T(1) - product * next;
    of_gradient = T(1) - p.momentum_at<T>(step.number);
    below_gradient = T(1) - product;
  }

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    using std::sqrt;
    V &m = slot[0], &v = slot[1];
    m = m + (g - m) * one_minus_beta_1;
    v = v + (g * g - v) * one_minus_beta_2;
    const V m_hat = of_momentum * m / below_momentum + of_gradient * g / below_gradient;
    w = w - m_hat * learning_rate / (sqrt(v / correction) + epsilon);
  }

  T learning_rate, one_minus_beta_1, one_minus_beta_2, correction, epsilon;
  T of_momentum, below_momentum, of_gradient, below_gradient;
};

}  // namespace reprise
