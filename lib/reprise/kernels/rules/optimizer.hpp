// Optimizers: hyper-parameters as plain aggregates, and one formula each.
//
// Formulas: keras/src/optimizers/*.py (Keras 3.15.1), float32 state, hyper-parameters rounded to
// the type of the weights as Keras rounds them. A formula is written for V, a scalar or a vector of
// T, so that the reference, the vector and the fused drivers share it.
#pragma once

#include <cmath>
#include <string_view>
#include <variant>

namespace reprise {

struct RMSprop {
  static constexpr std::string_view name = "rmsprop";
  double learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0.0;
  double epsilon = 1e-7;  // inside the root
  bool centered = false;
};

struct SGD {
  static constexpr std::string_view name = "sgd";
  double learning_rate = 0.01;
  double momentum = 0.0;
  bool nesterov = false;
};

// The list that names, tests and help texts iterate.
using Optimizer = std::variant<RMSprop, SGD>;

// v = rho v + (1 - rho) g^2;  w -= lr g / sqrt(v + epsilon)   (rmsprop.py)
// centered: a = rho a + (1 - rho) g, and v - a^2 in place of v under the root
// momentum: m = momentum m + step;  w -= m
template <class T, bool Centered, bool Momentum>
struct RMSpropFormula {
  static constexpr int slots = 1 + Centered + Momentum;  // v, then a, then m

  explicit RMSpropFormula(const RMSprop& p)
      : learning_rate(static_cast<T>(p.learning_rate)),
        rho(static_cast<T>(p.rho)),
        one_minus_rho(static_cast<T>(1.0 - p.rho)),
        momentum(static_cast<T>(p.momentum)),
        epsilon(static_cast<T>(p.epsilon)) {}

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    V& v = slot[0];
    v = rho * v + one_minus_rho * (g * g);
    V denominator = v + epsilon;
    if constexpr (Centered) {
      V& a = slot[1];
      a = rho * a + one_minus_rho * g;
      denominator = v - a * a + epsilon;
    }
    using std::sqrt;
    const V step = learning_rate * g / sqrt(denominator);
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

// w -= lr g; with momentum: m = momentum m - lr g, w += m, or w += momentum m - lr g   (sgd.py)
template <class T, bool Momentum, bool Nesterov>
struct SGDFormula {
  static constexpr int slots = Momentum;

  explicit SGDFormula(const SGD& p)
      : learning_rate(static_cast<T>(p.learning_rate)), momentum(static_cast<T>(p.momentum)) {}

  template <class V>
  void operator()(V& w, const V& g, V* slot) const {
    const V step = learning_rate * g;
    if constexpr (!Momentum) {
      w = w - step;
    } else {
      V& m = slot[0];
      m = momentum * m - step;
      if constexpr (Nesterov) {
        w = w + momentum * m - step;
      } else {
        w = w + m;
      }
    }
  }

  T learning_rate, momentum;
};

// Calls use(formula) with the formula that `optimizer`'s hyper-parameters select.
template <class T, class Use>
decltype(auto) with_formula(const RMSprop& p, Use&& use) {
  const bool momentum = p.momentum > 0;
  if (p.centered && momentum) return use(RMSpropFormula<T, true, true>(p));
  if (p.centered) return use(RMSpropFormula<T, true, false>(p));
  if (momentum) return use(RMSpropFormula<T, false, true>(p));
  return use(RMSpropFormula<T, false, false>(p));
}

template <class T, class Use>
decltype(auto) with_formula(const SGD& p, Use&& use) {
  if (p.momentum <= 0) return use(SGDFormula<T, false, false>(p));
  if (p.nesterov) return use(SGDFormula<T, true, true>(p));
  return use(SGDFormula<T, true, false>(p));
}

template <class T, class Use>
decltype(auto) with_formula(const Optimizer& optimizer, Use&& use) {
  return std::visit([&](const auto& p) -> decltype(auto) { return with_formula<T>(p, use); },
                    optimizer);
}

// How many values of state a weight has.
inline int slots_per_weight(const Optimizer& optimizer) {
  return with_formula<float>(optimizer, [](const auto& formula) { return formula.slots; });
}

}  // namespace reprise
