// The state of an optimizer that all weights share.
#pragma once

#include <cmath>
#include <cstdint>
#include <variant>

#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

struct OptimizerStep {
  std::int64_t number = 0;  // of the current step, from 1; 0 before the first
  // For Nadam: the product of all momenta so far, rounded to the type of the weights.
  double momentum_product = 1.0;
};

// base^n by repeated squaring in double, rounded to T. Gives the same bits everywhere, unlike
// libm's pow.
template <class T>
T power(T base, std::int64_t n) {
  double result = 1.0;
  for (double factor = static_cast<double>(base); n > 0; n /= 2, factor *= factor) {
    if (n % 2 == 1) result *= factor;
  }
  return static_cast<T>(result);
}

// beta_1 (1 - .96^(step schedule_decay) / 2)   (Dozat 2016; nadam.py)
template <class T>
T nadam_momentum(const Nadam& p, std::int64_t step) {
  const double base = p.schedule_decay == 1.0 ? 0.96 : std::pow(0.96, p.schedule_decay);
  return static_cast<T>(p.beta_1) * (T(1) - T(0.5) * power(static_cast<T>(base), step));
}

// Advances to the next step of an optimizer whose weights have type T.
template <class T>
void advance(const Optimizer& optimizer, OptimizerStep& step) {
  ++step.number;
  if (const auto* nadam = std::get_if<Nadam>(&optimizer)) {
    step.momentum_product = static_cast<double>(static_cast<T>(step.momentum_product) *
                                                nadam_momentum<T>(*nadam, step.number));
  }
}

}  // namespace reprise
