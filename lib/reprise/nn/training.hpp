// What compile fixes, with names resolved: which metric "accuracy" means, and what it is called.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "reprise/kernels/rules/gradient_clipping.hpp"
#include "reprise/kernels/rules/loss.hpp"
#include "reprise/kernels/rules/metric.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

// As in model.compile(metrics=[...]): a name or a metric with its parameters.
using MetricArgument = std::variant<std::string, Metric>;

struct NamedMetric {
  std::string name;  // in History and Logs
  Metric metric;
};

struct Training {
  Optimizer optimizer;
  Loss loss;
  bool loss_on_layer_logits = false;
  ClipForm clipping = ClipForm::keras_3;
  std::vector<NamedMetric> metrics;
};

// keras/src/trainers/compile_utils.py (get_metric): "accuracy" and "acc" are binary for one unit,
// else sparse categorical for targets of one column, else categorical; a metric is called as the
// user spelled it, else by its own name, with "_1" and so on where that is taken. Throws Error for
// an unknown name, or a metric for other targets than `target_columns` beside `units`.
std::vector<NamedMetric> resolve_metrics(const std::vector<MetricArgument>& metrics,
                                         std::size_t units, std::size_t target_columns);

// Throws Error if the names in `metrics` are unknown, or the loss lacks its functions.
void check_names(const std::vector<MetricArgument>& metrics, const Loss& loss);

// Whether a callback should wait for higher values of `metric`.
bool higher_is_better(const Metric& metric);

}  // namespace reprise
