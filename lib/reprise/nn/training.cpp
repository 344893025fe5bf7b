#include "reprise/nn/training.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"
#include "reprise/core/suggest.hpp"

namespace reprise {

namespace {

bool is_accuracy(const std::string& name) { return name == "accuracy" || name == "acc"; }

Metric metric_called(const std::string& name, std::size_t units, std::size_t target_columns) {
  if (!is_accuracy(name)) return *by_name<Metric>(name);
  if (units == 1) return BinaryAccuracy{};
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

}  // namespace

std::vector<NamedMetric> resolve_metrics(const std::vector<MetricArgument>& metrics,
                                         std::size_t units, std::size_t target_columns) {
  std::vector<NamedMetric> resolved;
  const auto taken = [&](const std::string& name) {
    return std::ranges::any_of(resolved, [&](const auto& other) { return other.name == name; });
  };
  for (const MetricArgument& argument : metrics) {
    const auto* spelled = std::get_if<std::string>(&argument);
    NamedMetric named{
        spelled ? *spelled : own_name(std::get<Metric>(argument)),
        spelled ? metric_called(*spelled, units, target_columns) : std::get<Metric>(argument)};
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
