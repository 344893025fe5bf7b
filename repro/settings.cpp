#include "repro/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reprise/core/named.hpp"

namespace reprise::book {

namespace {

std::string word_of(const Regularizer& regularizer) {
  const auto factors = std::visit(
      [](const auto& r) {
        std::string text;
        if constexpr (requires { r.l1; }) text += fmt::format(" {}", r.l1);
        if constexpr (requires { r.l2; }) text += fmt::format(" {}", r.l2);
        return text;
      },
      regularizer);
  return std::string(name_of(regularizer)) + factors;
}

std::string word_of(const MetricArgument& metric) {
  if (const auto* name = std::get_if<std::string>(&metric)) return *name;
  return std::visit(
      [](const auto& rule) {
        if constexpr (requires { rule.k; }) return fmt::format("{} {}", rule.name, rule.k);
        return std::string(rule.name);
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
    if (settings.dropout > 0) layers.push_back(Dropout{settings.dropout});
  }
  return layers;
}

std::map<std::string, std::string> words_of(const Settings& settings) {
  std::vector<std::string> metrics;
  for (const MetricArgument& metric : settings.metrics) metrics.push_back(word_of(metric));
  std::map<std::string, std::string> words{
      {"units", fmt::format("{}", fmt::join(settings.units, ", "))},
      {"activation", std::string(name_of(settings.activation))},
      {"kernel_regularizer",
       settings.kernel_regularizer ? word_of(*settings.kernel_regularizer) : "none"},
      {"dropout", fmt::format("{}", settings.dropout)},
      {"optimizer", std::string(name_of(settings.optimizer))},
      {"loss", std::string(name_of(settings.loss))},
      {"metrics", fmt::format("{}", fmt::join(metrics, ", "))},
      {"epochs", fmt::format("{}", settings.epochs)},
      {"batch_size", fmt::format("{}", settings.batch_size)},
      {"validation_split", fmt::format("{}", settings.validation_split)},
      {"all_training_rows", settings.all_training_rows ? "yes" : "no"},
  };
  // one experiment has it, so that the others' records need not name it
  if (settings.smoothing != Settings{}.smoothing) {
    words["smoothing"] = fmt::format("{}", settings.smoothing);
  }
  return words;
}

std::string model_line(const Settings& settings) {
  if (settings.units.empty()) return "-";
  std::string line =
      fmt::format("{} {}", fmt::join(settings.units, "-"), name_of(settings.activation));
  if (settings.kernel_regularizer) line += ", " + word_of(*settings.kernel_regularizer);
  if (settings.dropout > 0) line += fmt::format(", dropout {}", settings.dropout);
  return line;
}

}  // namespace reprise::book
