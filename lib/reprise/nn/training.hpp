// The arguments of compile with names resolved: which metric "accuracy" means, and its name in
// logs. Also the checks of what a model is made of.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reprise/kernels/rules/gradient_clipping.hpp"
#include "reprise/kernels/rules/loss.hpp"
#include "reprise/kernels/rules/metric.hpp"
#include "reprise/kernels/rules/optimizer.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise {

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

// The checks that Keras makes when a layer, a regularizer, an initializer or an optimizer is
// constructed (its ValueErrors; keras/src, Keras 3.15.1).

// Throws Error if a Dense has no units, a rate is outside [0, 1], a penalty is negative or not
// finite, or the scale of a VarianceScaling is not above 0, as far as that version of Keras does.
void check(const Layer& layer, const Semantics& semantics);

// Throws Error if several clips are set that exclude one another, if SGD's momentum is outside
// [0, 1], if Lion's beta_1 is outside (0, 1], or if AdamW has no weight_decay, as far as that
// version of Keras does.
void check(const Optimizer& optimizer, const Semantics& semantics);

// keras/src/trainers/compile_utils.py (get_metric). "accuracy" and "acc" mean binary accuracy for
// one unit, else sparse categorical accuracy for targets of one column, else categorical accuracy;
// with `binary_loss`, by which Keras 2 decided, they mean binary accuracy.
// A metric is named as the user spelled it, or by its own name, with "_1", "_2", ... appended where
// that is taken. Throws Error if a name is unknown, or if a metric does not take targets of
// `target_columns` columns for `units` outputs.
std::vector<NamedMetric> resolve_metrics(const std::vector<MetricArgument>& metrics,
                                         std::size_t units, std::size_t target_columns,
                                         bool binary_loss = false);

// Throws Error if a name in `metrics` is unknown, or if a custom loss or metric lacks its
// functions.
void check_names(const std::vector<MetricArgument>& metrics, const Loss& loss);

// Whether higher values of `metric` are better.
bool higher_is_better(const Metric& metric);

}  // namespace reprise
