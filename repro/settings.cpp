#include "repro/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "reprise/core/named.hpp"
#include "reprise/data/json.hpp"
#include "reprise/nn/optimizer_text.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

json to_json(const Regularizer& regularizer) {
  return std::visit(
      [](const auto& r) {
        json object{{"name", r.name}};
        if constexpr (requires { r.l1; }) object["l1"] = r.l1;
        if constexpr (requires { r.l2; }) object["l2"] = r.l2;
        return object;
      },
      regularizer);
}

// "l1_l2 0.0001 0.0001"
std::string describe(const Regularizer& regularizer) {
  const json object = to_json(regularizer);
  std::string text = object["name"];
  for (const char* factor : {"l1", "l2"}) {
    if (object.contains(factor)) text += fmt::format(" {}", object[factor].get<double>());
  }
  return text;
}

json to_json(const MetricArgument& metric) {
  if (const auto* name = std::get_if<std::string>(&metric)) return *name;
  return std::visit(
      [](const auto& rule) -> json {
        if constexpr (requires { rule.k; }) return {{"name", rule.name}, {"k", rule.k}};
        return rule.name;
      },
      std::get<Metric>(metric));
}

}  // namespace

Settings with_units(Settings settings, std::vector<std::size_t> units) {
  settings.units = std::move(units);
  return settings;
}

std::vector<Layer> hidden_layers(const Settings& settings) {
  std::vector<Layer> layers;
  for (const std::size_t units : settings.units) {
    layers.push_back(Dense{.units = units,
                           .activation = settings.activation,
                           .kernel_regularizer = settings.kernel_regularizer});
    if (settings.dropout != 0) layers.push_back(Dropout{settings.dropout});
  }
  return layers;
}

json to_json(const Settings& settings) {
  json metrics = json::array();
  for (const MetricArgument& metric : settings.metrics) metrics.push_back(to_json(metric));
  json object{
      {"units", settings.units},
      {"activation", name_of(settings.activation)},
      {"kernel_regularizer",
       settings.kernel_regularizer ? to_json(*settings.kernel_regularizer) : json()},
      {"dropout", settings.dropout},
      {"optimizer", to_text(settings.optimizer)},
      {"loss", name_of(settings.loss)},
      {"metrics", metrics},
      {"epochs", settings.epochs},
      {"batch_size", settings.batch_size},
      {"validation_split", settings.validation_split},
      {"all_training_rows", settings.all_training_rows},
  };
  // so that the records of runs without it, which is all of the book's, need not name it
  if (settings.patience) object["patience"] = *settings.patience;
  // only one experiment smooths its curve, so that the records of the others need not name it
  if (settings.smoothing != Settings{}.smoothing) object["smoothing"] = settings.smoothing;
  if (settings.initial_weights) {
    object["initial_weights"] = {settings.initial_weights->low, settings.initial_weights->high};
  }
  return object;
}

namespace {

// A setting as a reader writes it: "16-16", "l2 0.001", "none".
std::string text_of(const json& value) {
  if (value.is_null()) return "none";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (value.is_object()) {
    std::string text = value.value("name", "");
    for (const auto& [key, part] : value.items()) {
      if (key != "name") text += fmt::format(" {}", text_of(part));
    }
    return text;
  }
  if (!value.is_array()) return json_text(value);
  if (value.empty()) return "none";
  std::vector<std::string> parts;
  for (const json& part : value) parts.push_back(text_of(part));
  return fmt::format("{}", fmt::join(parts, value.front().is_number() ? "-" : ", "));
}

}  // namespace

std::vector<std::string> differing_settings(const json& found, const json& expected) {
  std::vector<std::string> texts;
  json all = expected;
  all.update(found);
  for (const auto& [name, value] : all.items()) {
    const json ours = found.value(name, json()), other = expected.value(name, json());
    if (ours == other) continue;
    texts.push_back(fmt::format("{} {} instead of {}", name, text_of(ours), text_of(other)));
  }
  return texts;
}

std::string model_line(const Settings& settings) {
  if (settings.units.empty()) return "-";
  std::string line =
      fmt::format("{} {}", fmt::join(settings.units, "-"), name_of(settings.activation));
  if (settings.kernel_regularizer) line += ", " + describe(*settings.kernel_regularizer);
  if (settings.dropout != 0) line += fmt::format(", dropout {}", settings.dropout);
  return line;
}

}  // namespace reprise::book
