#include "figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace reprise::book {

std::string Figured::text() const {
  return epoch ? fmt::format("{:.4f} ({})", value, *epoch) : fmt::format("{:.4f}", value);
}

namespace {

using nlohmann::json;
using Curve = std::vector<double>;

// Lowest val_loss, highest accuracy, last ones; of a run with a validation.
void add_curves(std::vector<Figured>& figures, const json& history) {
  const auto extreme = [](const Curve& curve, auto best) {
    return static_cast<int>(best(curve.begin(), curve.end()) - curve.begin()) + 1;
  };
  if (history.contains("val_loss")) {
    const auto loss = history["val_loss"].get<Curve>();
    const int lowest = extreme(loss, [](auto a, auto b) { return std::min_element(a, b); });
    figures.push_back({"min_val_loss", "lowest val_loss (epoch)", loss[lowest - 1], lowest});
    figures.push_back({"last_val_loss", "last val_loss", loss.back(), {}});
  }
  if (history.contains("val_accuracy")) {
    const auto accuracy = history["val_accuracy"].get<Curve>();
    const int highest = extreme(accuracy, [](auto a, auto b) { return std::max_element(a, b); });
    figures.push_back(
        {"max_val_accuracy", "highest val_accuracy (epoch)", accuracy[highest - 1], highest});
    figures.push_back({"last_val_accuracy", "last val_accuracy", accuracy.back(), {}});
  }
}

// Whether the metric is an error: what a history's keys say, or the name of a set of book figures.
bool is_regression(const json& run) {
  const json history = run.value("history", json::array());
  if (!history.empty()) return history[0].contains("mae");
  return run.value("experiment", "").starts_with("boston");
}

// What single figures are called in tables.
std::string_view label_of(std::string_view result) {
  if (result == "mean_mae") return "mean MAE of the folds";
  if (result == "random_accuracy") return "accuracy of shuffled labels";
  if (result == "best_epoch") return "best epoch, smoothed";
  return result;
}

}  // namespace

std::vector<Figured> figures_of(const json& run) {
  std::vector<Figured> figures;
  const json history = run.value("history", json::array());
  // the folds' curves stand for themselves; what they come to is among the results
  if (history.size() == 1) add_curves(figures, history[0]);
  const json evaluate = run.value("evaluate", json::array());
  if (evaluate.size() == 1) {
    const bool mae = is_regression(run);
    if (!evaluate[0].at(0).is_null()) {
      figures.push_back({"test_loss", "test loss", evaluate[0][0], {}});
    }
    if (evaluate[0].size() > 1 && !evaluate[0][1].is_null()) {
      figures.push_back({mae ? "test_mae" : "test_accuracy",
                         mae ? "test MAE" : "test accuracy",
                         evaluate[0][1],
                         {}});
    }
  }
  json results = run.value("results", json::object());
  if (evaluate.size() > 1 && !results.contains("mean_mae")) {
    double sum = 0;
    for (const json& fold : evaluate) sum += fold.at(1).get<double>();
    results["mean_mae"] = sum / static_cast<double>(evaluate.size());
  }
  for (const auto& [name, value] : results.items()) {
    figures.push_back({name, std::string(label_of(name)), value, {}});
  }
  return figures;
}

std::optional<Figured> find_figure(const std::vector<Figured>& figures, std::string_view key) {
  for (const Figured& figure : figures) {
    if (figure.key == key) return figure;
  }
  return {};
}

}  // namespace reprise::book
