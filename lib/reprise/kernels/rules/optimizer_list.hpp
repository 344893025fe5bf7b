// Selects the formula for an optimizer's hyper-parameters.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "reprise/kernels/rules/optimizer_formulas.hpp"

namespace reprise {

namespace detail {

template <class Use>
decltype(auto) with_flag(bool flag, Use&& use) {
  return flag ? use(std::true_type{}) : use(std::false_type{});
}

template <class T, class Use>
auto with_formula(const RMSprop& p, const OptimizerStep& step, Use&& use) {
  return with_flag(p.centered, [&](auto centered) {
    return with_flag(p.momentum > 0, [&](auto momentum) {
      return with_flag(p.epsilon_outside_root, [&](auto outside) {
        return use(RMSpropFormula<T, centered, momentum, outside>(p, step));
      });
    });
  });
}
template <class T, class Use>
auto with_formula(const SGD& p, const OptimizerStep& step, Use&& use) {
  if (p.momentum == 0) return use(SGDFormula<T, false, false>(p, step));
  return with_flag(p.nesterov,
                   [&](auto nesterov) { return use(SGDFormula<T, true, nesterov>(p, step)); });
}
template <class T, class Use>
auto with_formula(const Adam& p, const OptimizerStep& step, Use&& use) {
  return with_flag(p.amsgrad, [&](auto amsgrad) { return use(AdamFormula<T, amsgrad>(p, step)); });
}
template <class T, class Use>
auto with_formula(const AdamW& p, const OptimizerStep& step, Use&& use) {
  const Adam adam{p.learning_rate, p.beta_1, p.beta_2, p.epsilon, p.amsgrad};
  return with_formula<T>(adam, step, use);
}
template <class T, class Use>
auto with_formula(const Adagrad& p, const OptimizerStep& step, Use&& use) {
  return with_flag(p.epsilon_outside_root,
                   [&](auto outside) { return use(AdagradFormula<T, outside>(p, step)); });
}
template <class T, class Use>
auto with_formula(const Adadelta& p, const OptimizerStep& step, Use&& use) {
  return use(AdadeltaFormula<T>(p, step));
}
template <class T, class Use>
auto with_formula(const Adamax& p, const OptimizerStep& step, Use&& use) {
  return use(AdamaxFormula<T>(p, step));
}
template <class T, class Use>
auto with_formula(const Nadam& p, const OptimizerStep& step, Use&& use) {
  return use(NadamFormula<T>(p, step));
}
template <class T, class Use>
auto with_formula(const Lion& p, const OptimizerStep& step, Use&& use) {
  return use(LionFormula<T>(p, step));
}

}  // namespace detail

// Calls use(formula) with the formula for this step that the hyper-parameters of `optimizer`
// select.
template <class T, class Use>
auto with_formula(const Optimizer& optimizer, const OptimizerStep& step, Use&& use) {
  return std::visit([&](const auto& p) { return detail::with_formula<T>(p, step, use); },
                    optimizer);
}

// All formulas that with_formula can pass, for tables with one entry per formula.
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
template <class T>
using Formulas =
    FormulaList<RMSpropFormula<T, false, false, false>, RMSpropFormula<T, false, false, true>,
                RMSpropFormula<T, false, true, false>, RMSpropFormula<T, false, true, true>,
                RMSpropFormula<T, true, false, false>, RMSpropFormula<T, true, false, true>,
                RMSpropFormula<T, true, true, false>, RMSpropFormula<T, true, true, true>,
                SGDFormula<T, false, false>, SGDFormula<T, true, false>, SGDFormula<T, true, true>,
                AdamFormula<T, false>, AdamFormula<T, true>, AdagradFormula<T, false>,
                AdagradFormula<T, true>, AdadeltaFormula<T>, AdamaxFormula<T>, NadamFormula<T>,
                LionFormula<T>>;

// The number of state values per weight.
inline int slots_per_weight(const Optimizer& optimizer) {
  return with_formula<float>(optimizer, {1, 1.0}, [](const auto& f) { return f.slots; });
}

// The initial value of every slot.
inline double initial_slot_value(const Optimizer& optimizer) {
  const auto* adagrad = std::get_if<Adagrad>(&optimizer);
  return adagrad != nullptr ? static_cast<double>(adagrad->initial_accumulator_value) : 0.0;
}

}  // namespace reprise
