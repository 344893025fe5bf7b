#include "repro/certificate/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "reprise/core/error.hpp"
#include "repro/catalogue.hpp"

namespace reprise::book {

using nlohmann::json;

double Rounding::operator()(double value) const {
  if (!std::isfinite(value)) return value;
  if (progress_bar && std::abs(value) <= 1e-3) return std::stod(fmt::format("{:.4e}", value));
  return std::stod(fmt::format("{:.{}f}", value, progress_bar ? 4 : decimals));
}

double Rounding::step(double value) const {
  if (progress_bar) return std::abs(value) <= 1e-3 ? 0 : 1e-4;
  return decimals >= 7 ? 0 : std::pow(10, -decimals);
}

namespace {

// Returns the rounding of a number as printed in the book: "0.88327999999999995", "71%", "80".
Rounding rounding_of(const json& text, double value) {
  if (!text.is_string()) return {.decimals = value == std::round(value) ? 0 : 7};
  const auto digits = text.get<std::string>();
  const auto point = digits.find('.');
  int decimals = 0;
  if (point != std::string::npos) {
    const auto end = std::min(digits.find_first_not_of("0123456789", point + 1), digits.size());
    decimals = static_cast<int>(end - point - 1);
  }
  if (digits.ends_with('%')) decimals += 2;
  return {.decimals = std::min(decimals, 7)};
}

// Returns the entry of `printed` with that key and these indices, or null.
json at_or_null(const json& printed, const std::string& key, std::size_t i, std::size_t j) {
  const json list = printed.value(key, json::array());
  const bool has = list.is_array() && i < list.size() && list[i].is_array() && j < list[i].size();
  return has ? list[i][j] : json();
}

void add_curves(PrintedLog& log, const json& history) {
  if (history.empty()) return;
  for (const auto& [curve, values] : history[0].items()) {
    for (std::size_t e = 0; e < values.size(); ++e) {
      log.quantities.push_back({.label = fmt::format("{}, epoch {}", curve, e + 1),
                                .curve = curve,
                                .index = e,
                                .value = values[e],
                                .rounding = {.progress_bar = true}});
    }
  }
}

void add_evaluations(PrintedLog& log, const json& entry, bool regression) {
  const json& evaluate = entry.at("evaluate");
  const json printed = entry.value("printed", json::object());
  const char* metric = regression ? "MAE" : "accuracy";
  for (std::size_t i = 0; i < evaluate.size(); ++i) {
    for (std::size_t j = 0; j < evaluate[i].size(); ++j) {
      if (evaluate[i][j].is_null()) continue;
      const double value = evaluate[i][j];
      log.quantities.push_back(
          {.label = evaluate.size() > 1 ? fmt::format("{}, fold {}", j ? metric : "loss", i + 1)
                                        : fmt::format("test {}", j ? metric : "loss"),
           .index = i,
           .column = j,
           .value = value,
           .rounding = rounding_of(at_or_null(printed, "evaluate", i, j), value)});
    }
  }
}

const char* label_of(const std::string& result) {
  constexpr const char* kLabels[][2] = {
      {"mean_mae", "mean MAE of the folds"},
      {"random_accuracy", "accuracy of shuffled labels"},
      {"best_epoch", "best epoch"},
      {"overfits_after", "epochs until it overfits"},
      {"max_val_accuracy", "highest val_accuracy"},
      {"first_loss", "loss, first epoch"},
      {"first_accuracy", "accuracy, first epoch"},
      {"last_accuracy", "accuracy, last epoch"},
      {"last_loss", "loss, last epoch"},
      {"last_val_loss", "val_loss, last epoch"},
      {"test_accuracy", "test accuracy"},
  };
  for (const auto& [name, label] : kLabels) {
    if (result == name) return label;
  }
  throw Error(fmt::format("results/book: found result '{}', expected one of book-1.json", result));
}

void add_results(PrintedLog& log, const json& entry) {
  const json results = entry.value("results", json::object());
  const json printed = entry.value("printed", json::object()).value("results", json::object());
  for (const auto& [name, value] : results.items()) {
    PrintedQuantity quantity{.label = "", .result = name, .value = value};
    quantity.rounding = rounding_of(printed.value(name, json()), quantity.value);
    // "120 to 140" counts as its midpoint
    if (name == "best_epoch_to") continue;
    if (name == "best_epoch_from") {
      const double to = results.at("best_epoch_to");
      quantity.result = "best_epoch";
      quantity.label = fmt::format("best epoch, {:.0f} to {:.0f}", quantity.value, to);
      quantity.value = (quantity.value + to) / 2;
    } else {
      quantity.label = label_of(name);
    }
    log.quantities.push_back(quantity);
  }
}

bool is_same(const PrintedLog& a, const PrintedLog& b) {
  return std::ranges::equal(a.quantities, b.quantities, [](const auto& x, const auto& y) {
    return x.label == y.label && x.value == y.value;
  });
}

// Throws std::out_of_range if the run lacks the result.
double result_of(const std::string& name, const RunResults& run) {
  if (name == "best_epoch") {
    const auto& results = run.results;
    return results.contains("best_epoch") ? results.at("best_epoch") : results.at("lowest_epoch");
  }
  if (run.results.contains(name)) return run.results.at(name);
  if (name == "mean_mae" || name == "random_accuracy") throw std::out_of_range(name);
  const History& history = run.history.at(0);
  if (name == "overfits_after") {
    const auto& losses = history.at("val_loss");
    return static_cast<double>(std::ranges::min_element(losses) - losses.begin() + 1);
  }
  if (name == "max_val_accuracy") return std::ranges::max(history.at("val_accuracy"));
  // "first_loss", "last_accuracy"
  const auto& curve = history.at(name.substr(name.find('_') + 1));
  return name.starts_with("first_") ? curve.at(0) : curve.back();
}

}  // namespace

bool PrintedQuantity::is_epoch() const {
  return result == "best_epoch" || result == "overfits_after";
}

double PrintedQuantity::of(const RunResults& run) const {
  double found = 0;
  try {
    if (!curve.empty()) {
      found = run.history.at(0).at(curve).at(index);
    } else if (!result.empty()) {
      found = result_of(result, run);
    } else {
      found = run.evaluate.at(index).at(column);
    }
  } catch (const std::out_of_range&) {
    throw Error(fmt::format("found no '{}', which the book prints", label));
  }
  // a float32 network cannot produce such a value, and its square could overflow a double
  if (!(std::abs(found) <= std::numeric_limits<float>::max())) {
    throw Error(fmt::format("{}: found {}, expected a float32 number", label, found));
  }
  return rounding(found);
}

std::vector<PrintedLog> printed_logs(const json& book, int edition) {
  std::vector<PrintedLog> logs;
  const bool regression = is_regression(book.at("experiment").get<std::string>());
  for (const json& entry : book.at("logs")) {
    if (entry.at("edition") != edition) continue;
    PrintedLog log{.source = entry.at("name"), .quantities = {}, .notes = {}};
    // drop the edition, which follows a blank
    log.source.resize(std::min(log.source.find(' '), log.source.size()));
    add_curves(log, entry.at("history"));
    add_evaluations(log, entry, regression);
    add_results(log, entry);
    log.notes = entry.value("notes", std::vector<std::string>{});
    for (PrintedQuantity& quantity : log.quantities)
      quantity.value = quantity.rounding(quantity.value);
    const auto same = std::ranges::find_if(logs, [&](const auto& l) { return is_same(l, log); });
    if (log.quantities.empty()) continue;
    if (same == logs.end()) {
      logs.push_back(log);
    } else {
      same->source += ", " + log.source;
    }
  }
  return logs;
}

}  // namespace reprise::book
