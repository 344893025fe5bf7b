#include "repro/references/quantities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "reprise/core/error.hpp"
#include "repro/catalogue.hpp"

namespace reprise::book {

std::string Quantity::text() const {
  const bool is_count = key.find("epoch") != std::string::npos || key == "overfits_after";
  const std::string text = !std::isfinite(value)    ? (is_count ? "none" : "nan")
                           : std::abs(value) >= 1e9 ? fmt::format("{:.4e}", value)
                           : is_count               ? fmt::format("{:.0f}", value)
                                                    : fmt::format("{:.4f}", value);
  if (no_epoch) return text + " (none)";
  return epoch ? fmt::format("{} ({})", text, *epoch) : text;
}

bool is_lower(double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); }

namespace {

// Adds the best and the last value of a validation curve, if the run has it.
void add_curve(std::vector<Quantity>& quantities, const History& history, const std::string& name,
               bool lowest, bool diverged) {
  const auto found = history.find(name);
  if (found == history.end()) return;
  const std::vector<double>& curve = found->second;
  const auto best = lowest ? std::ranges::min_element(curve, is_lower)
                           : std::ranges::max_element(curve, std::less<>());
  Quantity extreme{lowest ? "min_" + name : "max_" + name,
                   fmt::format("{} {} (epoch)", lowest ? "lowest" : "highest", name), *best};
  if (diverged) {
    extreme.no_epoch = true;
  } else {
    extreme.epoch = static_cast<int>(best - curve.begin()) + 1;
  }
  quantities.push_back(extreme);
  quantities.push_back({"last_" + name, "last " + name, curve.back()});
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
      {"last_loss", "loss, last epoch"},
      {"last_val_loss", "last val_loss"},
      {"test_accuracy", "test accuracy"},
      {"max_val_accuracy", "highest val_accuracy (epoch)"},
  };
  const auto found = labels.find(result);
  return found == labels.end() ? one_line(result) : found->second;
}

}  // namespace

std::vector<Quantity> quantities_of(const RunResults& run, std::string_view experiment) {
  std::vector<Quantity> quantities;
  // k folds have k histories; their summary is among the results
  if (run.history.size() == 1) {
    const bool diverged = diverged_in_epoch(run).has_value();
    add_curve(quantities, run.history.front(), "val_loss", true, diverged);
    for (const char* accuracy : {"val_accuracy", "val_binary_accuracy"}) {
      add_curve(quantities, run.history.front(), accuracy, false, diverged);
    }
  }
  if (run.evaluate.size() == 1) {
    const bool mae =
        run.history.empty() ? is_regression(experiment) : run.history.front().contains("mae");
    quantities.push_back({"test_loss", "test loss", run.evaluate.front().front()});
    if (run.evaluate.front().size() > 1) {
      quantities.push_back({mae ? "test_mae" : "test_accuracy", mae ? "test MAE" : "test accuracy",
                            run.evaluate.front()[1]});
    }
  }
  auto results = run.results;
  const bool have_mae =
      std::ranges::all_of(run.evaluate, [](const auto& fold) { return fold.size() > 1; });
  if (run.evaluate.size() > 1 && have_mae && !results.contains("mean_mae")) {
    double sum = 0;
    for (const auto& fold : run.evaluate) sum += fold[1];
    results["mean_mae"] = sum / static_cast<double>(run.evaluate.size());
  }
  for (const auto& [name, value] : results) quantities.push_back({name, label_of(name), value});
  return quantities;
}

std::string divergence_sentence(const RunResults& run) {
  const auto epoch = diverged_in_epoch(run);
  if (!epoch) return "";
  return fmt::format(
      "diverged in epoch {}: its losses are not finite numbers, and no epoch is its best", *epoch);
}

std::optional<Quantity> find_quantity(const std::vector<Quantity>& quantities,
                                      std::string_view key) {
  const auto found = std::ranges::find(quantities, key, &Quantity::key);
  return found == quantities.end() ? std::nullopt : std::optional(*found);
}

}  // namespace reprise::book
