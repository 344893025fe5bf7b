#include "repro/replay/log.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"
#include "reprise/data/json.hpp"

namespace reprise::replay {

namespace {

using nlohmann::json;

[[noreturn]] void wrong(const std::filesystem::path& file, std::string_view what, const json& found,
                        std::string_view expected) {
  throw Error(fmt::format("{}: {}: found {}, expected {}", printable(file.string()), what,
                          printable(json_text(found)), expected));
}

// Takes the number of printed decimals to be the fewest that reproduce the double. Trailing zeros
// are lost: 0.3110 is 0.311 in the file.
PrintedValue printed(const std::filesystem::path& file, std::string_view what, const json& value) {
  if (value.is_null()) return {};
  if (!value.is_number()) wrong(file, what, value, "a number");
  const std::string shortest = fmt::format("{}", value.get<double>());
  const std::size_t point = shortest.find('.');
  const bool plain = shortest.find('e') == std::string::npos;
  const int decimals = !plain                       ? 17
                       : point == std::string::npos ? 0
                                                    : static_cast<int>(shortest.size() - point - 1);
  return {value.get<double>(), decimals};
}

// Returns which of the four quantities a key of a log names, or "" for none.
std::string quantity_of(std::string key) {
  const std::string prefix = key.starts_with("val_") ? "val_" : "";
  key = key.substr(prefix.size());
  if (key == "loss") return prefix + key;
  for (const char* metric : {"acc", "accuracy", "binary_accuracy", "categorical_accuracy", "mae",
                             "mean_absolute_error"}) {
    if (key == metric) return prefix + "metric";
  }
  return "";
}

void read_history(const std::filesystem::path& file, const json& history, Log& log) {
  if (!history.is_object()) wrong(file, "history", history, "an object of lists");
  for (const auto& [key, values] : history.items()) {
    const std::string quantity = quantity_of(key), what = "history." + key;
    if (quantity.empty()) {
      wrong(file, "history", key, "loss, acc (or accuracy, mae, ...), val_loss, val_acc");
    }
    if (!values.is_array()) wrong(file, what, values, "a list of numbers");
    auto& column = log.history[quantity];
    if (!column.empty()) wrong(file, what, key, "one name for each quantity");
    for (const json& value : values) column.push_back(printed(file, what, value));
    log.labels[quantity] = key;
  }
}

// Reads the "final" of a log: one evaluation, or one per fold.
void read_final(const std::filesystem::path& file, const json& final, Log& log) {
  if (!final.is_object()) wrong(file, "final", final, "an object");
  const auto get = [&](const char* key) {
    return final.contains(key) ? printed(file, std::string("final.") + key, final[key])
                               : PrintedValue{};
  };
  if (final.contains("fold_val_mae")) {
    const json& folds = final["fold_val_mae"];
    if (!folds.is_array()) wrong(file, "final.fold_val_mae", folds, "a list of numbers");
    for (const json& mae : folds) {
      log.evaluate.emplace_back(PrintedValue{}, printed(file, "final.fold_val_mae", mae));
    }
    return;
  }
  PrintedValue metric;
  for (const char* key : {"test_acc", "test_accuracy", "test_mae"}) {
    if (!metric.value) metric = get(key);
  }
  if (const PrintedValue loss = get("test_loss"); loss.value || metric.value) {
    log.evaluate.emplace_back(loss, metric);
  }
  if (const PrintedValue equal = get("random_accuracy"); equal.value) log.baseline = equal;
}

// Reads the log called `name` from a document of results/book.
void read_book(const std::filesystem::path& file, const json& document, const std::string& name,
               Log& log) {
  for (const json& entry : document["logs"]) {
    if (entry.value("name", "") != name) continue;
    log.source = one_line(entry.value("source", ""));
    const json history = entry.value("history", json::array());
    if (history.size() == 1) read_history(file, history[0], log);
    for (const json& pair : entry.value("evaluate", json::array())) {
      if (!pair.is_array() || pair.size() != 2) wrong(file, "evaluate", pair, "[loss, metric]");
      log.evaluate.emplace_back(printed(file, "evaluate", pair[0]),
                                printed(file, "evaluate", pair[1]));
    }
    const json results = entry.value("results", json::object());
    if (results.contains("random_accuracy")) {
      log.baseline = printed(file, "results.random_accuracy", results["random_accuracy"]);
    }
    if (results.contains("test_mae")) {
      log.evaluate.emplace_back(PrintedValue{},
                                printed(file, "results.test_mae", results["test_mae"]));
    }
    return;
  }
  throw Error(fmt::format("{}: logs: found none called '{}', expected one",
                          printable(file.string()), name));
}

Log log_of(const std::filesystem::path& file, const json& document, const std::string& name) {
  if (!document.is_object()) {
    throw Error(fmt::format("{}: found no JSON object, expected a log", printable(file.string())));
  }
  Log log{printable(file.string()), {}, {}, {}, {}, {}, {}};
  const json experiment = document.value("experiment", json());
  if (!experiment.is_string()) wrong(file, "experiment", experiment, "the name of a fit");
  log.experiment = experiment.get<std::string>();
  if (document.contains("logs") && document["logs"].is_array()) {
    read_book(file, document, name, log);
  } else {
    if (document.contains("history")) read_history(file, document["history"], log);
    if (document.contains("final")) read_final(file, document["final"], log);
    const json source = document.value("source", json::object());
    if (source.is_object()) log.source = one_line(source.value("path", ""));
  }
  const auto has_value = [](const PrintedValue& printed) { return printed.value.has_value(); };
  const bool any =
      std::ranges::any_of(
          log.history,
          [&](const auto& curve) { return std::ranges::any_of(curve.second, has_value); }) ||
      std::ranges::any_of(
          log.evaluate,
          [&](const auto& pair) { return has_value(pair.first) || has_value(pair.second); }) ||
      (log.baseline && has_value(*log.baseline));
  if (!any) {
    throw Error(fmt::format("{}: found no history and no final, expected values to compare",
                            printable(file.string())));
  }
  return log;
}

// Whether the text is a document of our own forms, which have more than a history.
bool is_document(std::string_view text) {
  return text.find("\"logs\"") != text.npos || text.find("\"final\"") != text.npos;
}

Log log_of(const std::filesystem::path& file, const TrainingLog& own) {
  Log log{printable(file.string()), {}, own.experiment, {}, {}, {}, {}};
  for (const auto& [key, column] : own.history) {
    if (key == "lr" || key == "learning_rate") continue;  // ReduceLROnPlateau adds it
    const std::string quantity = quantity_of(key);
    if (quantity.empty()) {
      wrong(file, "history", key, "loss, acc (or accuracy, mae, ...), val_loss, val_acc");
    }
    if (log.history.contains(quantity)) {
      wrong(file, "history." + key, key, "one name for each quantity");
    }
    log.history[quantity] = column;
    log.labels[quantity] = key;
  }
  for (const auto& values : own.evaluations) {
    auto& [loss, metric] = log.evaluate.emplace_back();
    for (const auto& [key, value] : values) (key == "loss" ? loss : metric) = value;
  }
  if (log.history.empty() && log.evaluate.empty()) {
    throw Error(fmt::format("{}: found no history and no evaluation, expected values to compare",
                            printable(file.string())));
  }
  return log;
}

}  // namespace

Log read_log(const std::filesystem::path& file, const std::string& name) {
  constexpr std::uintmax_t kMostBytes = 256 << 20;
  const std::string text = read_file(file, kMostBytes);
  if (!is_document(text)) return log_of(file, parse_training_log(text, printable(file.string())));
  const json document = read_json(file, "a log");
  try {
    return log_of(file, document, name);
  } catch (const json::exception& error) {  // a field of another type
    throw Error(fmt::format("{}: found no log of that form ({})", printable(file.string()),
                            printable(error.what())));
  }
}

}  // namespace reprise::replay
