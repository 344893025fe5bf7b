// One formula per optimizer: what a step does to a weight w with gradient g and its slots of state.
//
// Source: update_step of keras/src/optimizers/*.py (Keras 3.15.1), in the same order of operations,
// with hyper-parameters rounded to the type of the weights as Keras rounds them. A formula is a
// template over V, a scalar or a vector of T, so that the reference, the vectorised and the fused
// loops share it. An object is created for each step and holds what is common to all weights in
// that step.
#pragma once

#include <cmath>

#include "reprise/kernels/rules/optimizer.hpp"
#include "reprise/kernels/rules/optimizer_step.hpp"

namespace reprise {

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

// m += (g - m)(1 - beta_1);  v += (g^2 - v)(1 - beta_2);  w -= m alpha / (sqrt(v) + epsilon) with
// alpha = lr sqrt(1 - beta_2^t) / (1 - beta_1^t); amsgrad takes the largest v so far   (adam.py)
template <class T, bool Amsgrad>
struct AdamFormula {
  static constexpr int slots = 2 + Amsgrad;  // m, v, then the largest v

  AdamFormula(const Adam& p, const OptimizerStep& step)
      : alpha(static_cast<T>(p.learning_rate) *
              std::sqrt(T(1) - power(static_cast<T>(p.beta_2), step.number)) /
              (T(1) - power(static_cast<T>(p.beta_1), step.number))),
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

// m += (g - m)(1 - beta_1);  u = max(beta_2 u, |g|);
// w -= lr m / ((1 - beta_1^t)(u + epsilon))   (adamax.py)
template <class T>
struct AdamaxFormula {
  static constexpr int slots = 2;  // m, then u

  AdamaxFormula(const Adamax& p, const OptimizerStep& step)
      : learning_rate(static_cast<T>(p.learning_rate)),
        one_minus_beta_1(static_cast<T>(1.0 - p.beta_1)),
        beta_2(static_cast<T>(p.beta_2)),
        correction(T(1) - power(static_cast<T>(p.beta_1), step.number)),
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
        correction(T(1) - power(static_cast<T>(p.beta_2), step.number)),
        epsilon(static_cast<T>(p.epsilon)) {
    const T product = static_cast<T>(step.momentum_product);
    const T next = nadam_momentum<T>(p, step.number + 1);
    of_momentum = next;
    below_momentum = T(1) - product * next;
    of_gradient = T(1) - nadam_momentum<T>(p, step.number);
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
