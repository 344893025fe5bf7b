#include "reprise/nn/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"
#include "reprise/core/suggest.hpp"

namespace reprise {

namespace {

void check_factor(const char* name, double factor, const Semantics& semantics) {
  if (semantics.negative_penalties || (std::isfinite(factor) && factor >= 0)) return;
  throw Error(fmt::format("regularizer: found {} {}, expected 0 or more", name, factor));
}

void check(const std::optional<Regularizer>& regularizer, const Semantics& semantics) {
  if (!regularizer) return;
  std::visit(
      [&](const auto& rule) {
        if constexpr (requires { rule.l1; }) check_factor("l1", rule.l1, semantics);
        if constexpr (requires { rule.l2; }) check_factor("l2", rule.l2, semantics);
      },
      *regularizer);
}

void check(const Initializer& initializer) {
  const auto* scaling = std::get_if<VarianceScaling>(&initializer);
  if (scaling == nullptr || scaling->scale > 0) return;
  throw Error(fmt::format("VarianceScaling: found scale {}, expected above 0", scaling->scale));
}

bool is_accuracy(const std::string& name) { return name == "accuracy" || name == "acc"; }

Metric metric_called(const std::string& name, std::size_t units, std::size_t target_columns,
                     bool binary_loss) {
  if (!is_accuracy(name)) return *by_name<Metric>(name);
  if (units == 1 || binary_loss) return BinaryAccuracy{};
  if (target_columns == 1) return SparseCategoricalAccuracy{};
  return CategoricalAccuracy{};
}

std::string own_name(const Metric& metric) {
  return std::visit(
      [](const auto& m) {
        if constexpr (requires { m.long_name; }) return std::string(m.long_name);
        return std::string(m.name);
      },
      metric);
}

// Throws Error if the metric does not take such targets. A custom metric takes any.
void check_targets(const NamedMetric& named, std::size_t units, std::size_t target_columns) {
  std::visit(
      [&](const auto& metric) {
        if constexpr (requires { metric.sparse_targets; }) {
          const std::size_t expected = metric.sparse_targets ? 1 : units;
          if (target_columns == expected) return;
          throw Error(fmt::format("metric '{}': y has {} columns, expected {}", named.name,
                                  target_columns, expected));
        }
      },
      named.metric);
}

template <class P>
void check_clips(const P& p, ClipForm clipping) {
  const int norms = p.clipnorm.has_value() + p.global_clipnorm.has_value();
  if (clipping == ClipForm::keras_3 && norms + p.clipvalue.has_value() > 1) {
    throw Error("optimizer: found several of clipnorm, global_clipnorm, clipvalue, expected one");
  }
  if (clipping != ClipForm::tf_keras) return;
  if (norms > 1) throw Error("optimizer: found clipnorm and global_clipnorm, expected one of them");
  for (const auto& clip : {p.clipnorm, p.global_clipnorm, p.clipvalue}) {
    if (clip && *clip < 0)
      throw Error(fmt::format("optimizer: found a clip of {}, expected 0 or more", *clip));
  }
}

// base_optimizer.py refuses the same values, and takes 0 like None.
template <class P>
void check_averaging(const P& p) {
  if (p.use_ema && !(p.ema_momentum >= 0 && p.ema_momentum <= 1)) {
    throw Error(fmt::format("optimizer: found ema_momentum {}, expected 0 to 1", p.ema_momentum));
  }
  if (p.use_ema && p.ema_overwrite_frequency.value_or(0) < 0) {
    throw Error(fmt::format("optimizer: found ema_overwrite_frequency {}, expected at least 1",
                            *p.ema_overwrite_frequency));
  }
  if (const int steps = p.gradient_accumulation_steps.value_or(0); steps != 0 && steps < 2) {
    throw Error(
        fmt::format("optimizer: found gradient_accumulation_steps {}, expected at least 2", steps));
  }
}

}  // namespace

void check(const Layer& layer, const Semantics& semantics) {
  if (const auto* dropout = std::get_if<Dropout>(&layer)) {
    if (dropout->rate >= 0 && dropout->rate <= 1) return;
    if (semantics.clamps_dropout && !std::isnan(dropout->rate)) return;
    throw Error(fmt::format("Dropout: found rate {}, expected 0 to 1", dropout->rate));
  }
  const auto& dense = std::get<Dense>(layer);
  if (dense.units == 0) throw Error("Dense: 0 units, expected at least 1");
  for (const auto& regularizer :
       {dense.kernel_regularizer, dense.bias_regularizer, dense.activity_regularizer}) {
    check(regularizer, semantics);
  }
  for (const auto& initializer : {dense.kernel_initializer, dense.bias_initializer}) {
    check(initializer);
  }
}

void check(const Optimizer& optimizer, const Semantics& semantics) {
  std::visit(
      [&](const auto& p) {
        check_clips(p, semantics.clipping);
        check_averaging(p);
      },
      optimizer);
  if (const auto* adamw = std::get_if<AdamW>(&optimizer);
      adamw != nullptr && !adamw->weight_decay) {
    throw Error("AdamW: found weight_decay None, expected a number");
  }
  if (const auto* sgd = std::get_if<SGD>(&optimizer)) {
    if (!semantics.any_momentum && !(sgd->momentum >= 0 && sgd->momentum <= 1)) {
      throw Error(fmt::format("SGD: found momentum {}, expected 0 to 1", sgd->momentum));
    }
  } else if (const auto* lion = std::get_if<Lion>(&optimizer)) {
    if (!(lion->beta_1 > 0 && lion->beta_1 <= 1)) {
      throw Error(fmt::format("Lion: found beta_1 {}, expected above 0, at most 1", lion->beta_1));
    }
  }
}

std::vector<NamedMetric> resolve_metrics(const std::vector<MetricArgument>& metrics,
                                         std::size_t units, std::size_t target_columns,
                                         bool binary_loss) {
  std::vector<NamedMetric> resolved;
  const auto taken = [&](const std::string& name) {
    return std::ranges::any_of(resolved, [&](const auto& other) { return other.name == name; });
  };
  for (const MetricArgument& argument : metrics) {
    const auto* spelled = std::get_if<std::string>(&argument);
    NamedMetric named{spelled ? *spelled : own_name(std::get<Metric>(argument)),
                      spelled ? metric_called(*spelled, units, target_columns, binary_loss)
                              : std::get<Metric>(argument)};
    check_targets(named, units, target_columns);
    const std::string name = named.name;
    for (int n = 1; taken(named.name); ++n) named.name = fmt::format("{}_{}", name, n);
    resolved.push_back(std::move(named));
  }
  return resolved;
}

void check_names(const std::vector<MetricArgument>& metrics, const Loss& loss) {
  for (const MetricArgument& argument : metrics) {
    if (const auto* name = std::get_if<std::string>(&argument)) {
      if (is_accuracy(*name) || by_name<Metric>(*name)) continue;
      std::vector<std::string> known{"accuracy"};
      for (const std::string& other : names<Metric>()) known.push_back(other);
      throw Error("metric: " + unknown_name(*name, known));
    }
    const auto* custom = std::get_if<CustomMetric>(&std::get<Metric>(argument));
    if (custom != nullptr && !custom->value_of) {
      throw Error(fmt::format("metric '{}': expected a function value_of", custom->name));
    }
  }
  const auto* custom = std::get_if<CustomLoss>(&loss);
  if (custom != nullptr && (!custom->value_of || !custom->gradient_of)) {
    throw Error(
        fmt::format("loss '{}': expected the functions value_of and gradient_of", custom->name));
  }
}

bool higher_is_better(const Metric& metric) {
  return std::visit(
      [](const auto& m) {
        if constexpr (requires { m.higher_is_better; }) return m.higher_is_better;
        return false;
      },
      metric);
}

}  // namespace reprise
