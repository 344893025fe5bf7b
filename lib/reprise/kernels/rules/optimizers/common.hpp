// What the files of the optimizers share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace reprise {

// A hyper-parameter whose default differs between versions of Keras. It starts with Keras 3's
// default, which a set of semantics may replace. A value that the user gives is never replaced.
class Versioned {
 public:
  constexpr Versioned(double value) : value_(value), given_(true) {}
  static constexpr Versioned by_default(double value) {
    Versioned v(value);
    v.given_ = false;
    return v;
  }
  constexpr operator double() const { return value_; }
  bool given() const { return given_; }
  void set_default(double value) {
    if (!given_) value_ = value;
  }

 private:
  double value_;
  bool given_;
};

// The state of an optimizer that all weights share.
struct OptimizerStep {
  std::int64_t number = 0;  // of the current step, from 1; 0 before the first
  // For Nadam: the product of all momenta so far, rounded to the type of the weights.
  double momentum_product = 1.0;
  // Batches since the last step, whose gradients wait for the next one (base_optimizer.hpp).
  int accumulated = 0;
};

// Types of formulas, for tables with one entry per formula.
template <class... All>
struct FormulaList {
  static constexpr std::size_t size = sizeof...(All);
  template <class Formula>
  static constexpr std::size_t index() {
    static_assert((std::is_same_v<Formula, All> || ...), "a formula is missing in Formulas");
    std::size_t at = 0;
    ((std::is_same_v<Formula, All> ? true : (++at, false)) || ...);
    return at;
  }
};

namespace detail {

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

// Calls use(flag) with the flag as a type, so that it can be an argument of a formula's template.
template <class Use>
decltype(auto) with_flag(bool flag, Use&& use) {
  return flag ? use(std::true_type{}) : use(std::false_type{});
}

}  // namespace detail

}  // namespace reprise
