#include "figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace reprise::book {

std::string Figured::text() const {
  return epoch ? fmt::format("{:.4f} ({})", value, *epoch) : fmt::format("{:.4f}", value);
}

std::vector<Figured> figures_of(const nlohmann::json& run) {
  std::vector<Figured> figures;
  const auto extreme = [&](const std::vector<double>& curve, auto best) {
    return static_cast<int>(best(curve.begin(), curve.end()) - curve.begin()) + 1;
  };
  const auto& history = run.at("history");
  if (!history.empty() && history[0].contains("val_loss")) {
    const auto loss = history[0]["val_loss"].get<std::vector<double>>();
    const auto accuracy = history[0].at("val_accuracy").get<std::vector<double>>();
    const int lowest = extreme(loss, [](auto a, auto b) { return std::min_element(a, b); });
    const int highest = extreme(accuracy, [](auto a, auto b) { return std::max_element(a, b); });
    figures.push_back({"min_val_loss", "lowest val_loss (epoch)", loss[lowest - 1], lowest});
    figures.push_back(
        {"max_val_accuracy", "highest val_accuracy (epoch)", accuracy[highest - 1], highest});
    figures.push_back({"last_val_loss", "last val_loss", loss.back(), {}});
    figures.push_back({"last_val_accuracy", "last val_accuracy", accuracy.back(), {}});
  }
  if (const auto& evaluate = run.at("evaluate"); !evaluate.empty()) {
    const auto add = [&](const char* key, const char* label, const auto& value) {
      if (!value.is_null()) figures.push_back({key, label, value, {}});  // null: not printed
    };
    add("test_loss", "test loss", evaluate[0].at(0));
    add("test_accuracy", "test accuracy", evaluate[0].at(1));
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
