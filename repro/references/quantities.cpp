#include "repro/references/quantities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

namespace reprise::book {

std::string Quantity::text() const {
  if (std::isnan(value)) return "nan";
  if (epoch) return fmt::format("{:.4f} ({})", value, *epoch);
  const bool is_count = key.find("epoch") != std::string::npos || key == "overfits_after";
  return is_count ? fmt::format("{:.0f}", value) : fmt::format("{:.4f}", value);
}

bool is_lower(double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); }

namespace {

using nlohmann::json;
using Curve = std::vector<double>;

// Adds the best and the last validation loss and accuracy, if the run has validation data.
void add_curves(std::vector<Quantity>& quantities, const json& history) {
  const auto extreme = [](const Curve& curve, auto best) {
    return static_cast<int>(best(curve.begin(), curve.end()) - curve.begin()) + 1;
  };
  if (history.contains("val_loss")) {
    const auto loss = history["val_loss"].get<Curve>();
    const int lowest =
        extreme(loss, [](auto a, auto b) { return std::min_element(a, b, is_lower); });
    quantities.push_back({"min_val_loss", "lowest val_loss (epoch)", loss[lowest - 1], lowest});
    quantities.push_back({"last_val_loss", "last val_loss", loss.back(), {}});
  }
  if (history.contains("val_accuracy")) {
    const auto accuracy = history["val_accuracy"].get<Curve>();
    const int highest = extreme(accuracy, [](auto a, auto b) { return std::max_element(a, b); });
    quantities.push_back(
        {"max_val_accuracy", "highest val_accuracy (epoch)", accuracy[highest - 1], highest});
    quantities.push_back({"last_val_accuracy", "last val_accuracy", accuracy.back(), {}});
  }
}

// Whether the metric is the MAE. A log of the book without a history is told by its experiment.
bool is_regression(const json& run) {
  const json history = run.value("history", json::array());
  if (!history.empty()) return history[0].contains("mae");
  return run.value("experiment", "").starts_with("boston");
}

// The label of an entry of "results" in tables.
std::string label_of(const std::string& result) {
  static const std::map<std::string, std::string> labels{
      {"mean_mae", "mean MAE of the folds"},
      {"random_accuracy", "accuracy of shuffled labels"},
      {"best_epoch", "best epoch, smoothed"},
      {"lowest_epoch", "best epoch, not smoothed"},
      {"best_epoch_from", "best epoch, from"},
      {"best_epoch_to", "best epoch, to"},
      {"overfits_after", "epochs until it overfits"},
      {"first_loss", "loss, first epoch"},
      {"first_accuracy", "accuracy, first epoch"},
      {"last_accuracy", "accuracy, last epoch"},
      {"max_val_accuracy", "highest val_accuracy (epoch)"},
  };
  const auto found = labels.find(result);
  return found == labels.end() ? result : found->second;
}

}  // namespace

std::vector<Quantity> quantities_of(const json& run) {
  std::vector<Quantity> quantities;
  const json history = run.value("history", json::array());
  // k folds have k histories; their summary is among the results
  if (history.size() == 1) add_curves(quantities, history[0]);
  const json evaluate = run.value("evaluate", json::array());
  if (evaluate.size() == 1) {
    const bool mae = is_regression(run);
    if (!evaluate[0].at(0).is_null()) {
      quantities.push_back({"test_loss", "test loss", evaluate[0][0], {}});
    }
    if (evaluate[0].size() > 1 && !evaluate[0][1].is_null()) {
      quantities.push_back({mae ? "test_mae" : "test_accuracy",
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
    quantities.push_back({name, label_of(name), value, {}});
  }
  return quantities;
}

std::optional<Quantity> find_quantity(const std::vector<Quantity>& quantities,
                                      std::string_view key) {
  const auto found = std::ranges::find(quantities, key, &Quantity::key);
  return found == quantities.end() ? std::nullopt : std::optional(*found);
}

}  // namespace reprise::book
