#include "tests/support/toolbox.hpp"

#include <fstream>
#include <stdexcept>

#include "reprise/core/named.hpp"
#include "tests/support/real_data.hpp"

namespace reprise::testing {

using nlohmann::json;

namespace {

// Copies each given parameter to the member of the same name. An unknown parameter is an error.
template <class Value>
bool take(const json& parameters, const char* name, Value& member) {
  if (!parameters.contains(name)) return false;
  const json& given = parameters[name];
  member = given.is_boolean() ? given.get<bool>() : given.get<double>();
  return true;
}

#define REPRISE_TAKE(name)                                 \
  if constexpr (requires { rule.name; }) {                 \
    if constexpr (!std::is_const_v<decltype(rule.name)>) { \
      taken += take(parameters, #name, rule.name);         \
    }                                                      \
  }

template <class Variant>
Variant with_parameters(const std::string& name, const json& parameters) {
  auto variant = by_name<Variant>(name);
  if (!variant) throw std::runtime_error("unknown: " + name);
  std::visit(
      [&](auto& rule) {
        std::size_t taken = parameters.contains("name");
        REPRISE_TAKE(learning_rate)
        REPRISE_TAKE(rho)
        REPRISE_TAKE(momentum)
        REPRISE_TAKE(epsilon)
        REPRISE_TAKE(centered)
        REPRISE_TAKE(nesterov)
        REPRISE_TAKE(beta_1)
        REPRISE_TAKE(beta_2)
        REPRISE_TAKE(amsgrad)
        REPRISE_TAKE(initial_accumulator_value)
        REPRISE_TAKE(weight_decay)
        REPRISE_TAKE(clipnorm)
        REPRISE_TAKE(global_clipnorm)
        REPRISE_TAKE(clipvalue)
        REPRISE_TAKE(from_logits)
        REPRISE_TAKE(label_smoothing)
        REPRISE_TAKE(threshold)
        REPRISE_TAKE(k)
        REPRISE_TAKE(negative_slope)
        REPRISE_TAKE(max_value)
        REPRISE_TAKE(alpha)
        REPRISE_TAKE(value)
        REPRISE_TAKE(gain)
        REPRISE_TAKE(minval)
        REPRISE_TAKE(maxval)
        REPRISE_TAKE(mean)
        REPRISE_TAKE(stddev)
        REPRISE_TAKE(scale)
        REPRISE_TAKE(seed)
        if constexpr (requires { rule.distribution; }) {
          const std::string mode = parameters.value("mode", "fan_in");
          rule.mode = mode == "fan_in"    ? Fan::fan_in
                      : mode == "fan_out" ? Fan::fan_out
                                          : Fan::fan_avg;
          const std::string kind = parameters.value("distribution", "truncated_normal");
          rule.distribution = kind == "uniform"            ? Distribution::uniform
                              : kind == "truncated_normal" ? Distribution::truncated_normal
                                                           : Distribution::untruncated_normal;
          taken += parameters.contains("mode") + parameters.contains("distribution");
        }
        if (taken != parameters.size())
          throw std::runtime_error("unknown parameter in: " + parameters.dump());
      },
      *variant);
  return *variant;
}

#undef REPRISE_TAKE

std::optional<Regularizer> regularizer_of(const json& dense, const char* name) {
  if (!dense.contains(name)) return {};
  const json& p = dense[name];
  if (p.contains("l1") && p.contains("l2")) return L1L2{p["l1"], p["l2"]};
  if (p.contains("l1")) return L1{p["l1"]};
  return L2{p["l2"]};
}

void set_initializer(const json& dense, const char* name, Initializer& initializer) {
  if (dense.contains(name)) {
    initializer = with_parameters<Initializer>(dense[name]["name"].get<std::string>(), dense[name]);
  }
}

Layer dense_of(const json& dense) {
  Dense layer{.units = dense["units"]};
  layer.activation = with_parameters<Activation>(
      dense.value("activation", "linear"), dense.value("activation_parameters", json::object()));
  layer.use_bias = dense.value("use_bias", true);
  set_initializer(dense, "kernel_initializer", layer.kernel_initializer);
  set_initializer(dense, "bias_initializer", layer.bias_initializer);
  layer.kernel_regularizer = regularizer_of(dense, "kernel_regularizer");
  layer.bias_regularizer = regularizer_of(dense, "bias_regularizer");
  layer.activity_regularizer = regularizer_of(dense, "activity_regularizer");
  return layer;
}

}  // namespace

const json& toolbox() {
  static const json fixture = [] {
    std::ifstream in(source_file("tests/nn/fixtures/toolbox.json"));
    return json::parse(in);
  }();
  return fixture;
}

Matrix<double> toolbox_array(const std::string& name) {
  const json& rows = toolbox()["data"][name];
  const std::size_t cols = rows[0].is_array() ? rows[0].size() : 1;
  Matrix<double> matrix(rows.size(), cols);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      matrix(i, j) = rows[i].is_array() ? rows[i][j].get<double>() : rows[i].get<double>();
    }
  }
  return matrix;
}

Matrix<double> toolbox_targets(const json& wanted) {
  const auto target = wanted["target"].get<std::string>();
  if (target != "one_hot") return toolbox_array(target);
  const Matrix<double> labels = toolbox_array("labels");
  Matrix<double> one_hot(labels.rows(), 3);
  for (std::size_t i = 0; i < labels.rows(); ++i) {
    one_hot(i, static_cast<std::size_t>(labels(i, 0))) = 1;
  }
  return one_hot;
}

std::vector<Layer> layers_of(const json& wanted) {
  std::vector<Layer> layers;
  for (const json& layer : wanted["layers"]) {
    if (layer.contains("dense")) {
      layers.push_back(dense_of(layer["dense"]));
    } else {
      layers.push_back(Dropout{layer["dropout"]["rate"]});
    }
  }
  return layers;
}

CompileOptions compile_options_of(const json& wanted) {
  CompileOptions options{
      .optimizer = with_parameters<Optimizer>(wanted["optimizer"]["name"].get<std::string>(),
                                              wanted["optimizer"]),
      .loss = with_parameters<Loss>(wanted["loss"]["name"].get<std::string>(), wanted["loss"])};
  for (const json& metric : wanted["metrics"]) {
    if (metric.is_string()) {
      options.metrics.emplace_back(metric.get<std::string>());
    } else {
      options.metrics.emplace_back(
          with_parameters<Metric>(metric["name"].get<std::string>(), metric));
    }
  }
  return options;
}

EarlyStoppingOptions early_stopping_of(const json& described) {
  EarlyStoppingOptions options{.monitor = described["monitor"],
                               .min_delta = described["min_delta"],
                               .patience = described["patience"],
                               .restore_best_weights = described["restore_best_weights"],
                               .start_from_epoch = described["start_from_epoch"]};
  const std::string mode = described.value("mode", "auto");
  options.mode = mode == "max" ? Mode::max : mode == "min" ? Mode::min : Mode::automatic;
  return options;
}

}  // namespace reprise::testing
