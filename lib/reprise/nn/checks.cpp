#include "reprise/nn/checks.hpp"

#include <fmt/format.h>

#include <cmath>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

void check_factor(const char* name, double factor) {
  if (std::isfinite(factor) && factor >= 0) return;
  throw Error(fmt::format("regularizer: found {} {}, expected 0 or more", name, factor));
}

void check(const std::optional<Regularizer>& regularizer) {
  if (!regularizer) return;
  std::visit(
      [](const auto& rule) {
        if constexpr (requires { rule.l1; }) check_factor("l1", rule.l1);
        if constexpr (requires { rule.l2; }) check_factor("l2", rule.l2);
      },
      *regularizer);
}

void check(const Initializer& initializer) {
  const auto* scaling = std::get_if<VarianceScaling>(&initializer);
  if (scaling == nullptr || scaling->scale > 0) return;
  throw Error(fmt::format("VarianceScaling: found scale {}, expected above 0", scaling->scale));
}

}  // namespace

void check(const Layer& layer) {
  if (const auto* dropout = std::get_if<Dropout>(&layer)) {
    if (dropout->rate >= 0 && dropout->rate <= 1) return;
    throw Error(fmt::format("Dropout: found rate {}, expected 0 to 1", dropout->rate));
  }
  const auto& dense = std::get<Dense>(layer);
  if (dense.units == 0) throw Error("Dense: 0 units, expected at least 1");
  for (const auto& regularizer :
       {dense.kernel_regularizer, dense.bias_regularizer, dense.activity_regularizer}) {
    check(regularizer);
  }
  for (const auto& initializer : {dense.kernel_initializer, dense.bias_initializer}) {
    check(initializer);
  }
}

void check(const Optimizer& optimizer, ClipForm clipping) {
  const int clips = std::visit(
      [](const auto& p) {
        return p.clipnorm.has_value() + p.global_clipnorm.has_value() + p.clipvalue.has_value();
      },
      optimizer);
  if (clips > 1 && clipping == ClipForm::keras_3) {
    throw Error("optimizer: found several of clipnorm, global_clipnorm, clipvalue, expected one");
  }
  if (const auto* sgd = std::get_if<SGD>(&optimizer)) {
    if (!(sgd->momentum >= 0 && sgd->momentum <= 1)) {
      throw Error(fmt::format("SGD: found momentum {}, expected 0 to 1", sgd->momentum));
    }
  } else if (const auto* lion = std::get_if<Lion>(&optimizer)) {
    if (!(lion->beta_1 > 0 && lion->beta_1 <= 1)) {
      throw Error(fmt::format("Lion: found beta_1 {}, expected above 0, at most 1", lion->beta_1));
    }
  }
}

}  // namespace reprise
