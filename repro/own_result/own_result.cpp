#include "repro/own_result/own_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <set>
#include <sstream>

#include "reprise/core/error.hpp"
#include "repro/own_result/stored_runs.hpp"
#include "repro/training_log/training_log.hpp"

namespace reprise::book {

namespace {

std::optional<PrintedValue> parse_number(std::string text) {
  const bool percent = text.ends_with('%');
  if (percent) text.pop_back();
  auto printed = printed_value(text);
  if (!printed || !std::isfinite(*printed->value)) return {};
  if (percent) {
    printed->value = *printed->value / 100;
    printed->decimals += 2;
  }
  return printed;
}

// Adds a number that a run can have.
void add(OwnResult& own, const std::string& name, const PrintedValue& printed) {
  const double value = *printed.value;
  if (!(std::abs(value) <= std::numeric_limits<float>::max())) {
    throw Error(fmt::format("{}: found {} {}, expected a float32 number", own.source,
                            printable(name), value));
  }
  if (name.find("accuracy") != name.npos && (value < 0 || value > 1)) {
    throw Error(fmt::format("{}: found {} {}, expected a fraction from 0 to 1, or {}%", own.source,
                            printable(name), value, value));
  }
  own.numbers.push_back({name, printed});
}

OwnResult parse_text(const std::string& text) {
  OwnResult own{.source = "--mine"};
  std::istringstream words(text);
  words >> own.experiment;
  known_experiment(own.experiment, "--mine", " or a file");
  for (std::string word; words >> word;) {
    const std::size_t sign = word.find('=');
    const auto printed = sign == word.npos ? std::nullopt : parse_number(word.substr(sign + 1));
    if (sign == 0 || !printed) {
      throw Error(fmt::format(
          "--mine: found '{}', expected a name and a finite number, such as test_accuracy=.8731",
          printable(word)));
    }
    const std::string name = common_name(word.substr(0, sign));
    if (std::ranges::count(own.numbers, name, &OwnNumber::name)) {
      throw Error(
          fmt::format("--mine: found {} twice, expected each number once", printable(name)));
    }
    add(own, name, *printed);
  }
  if (own.numbers.empty()) {
    throw Error(fmt::format("--mine: found no number of {}, expected some, each as NAME=NUMBER",
                            own.experiment));
  }
  return own;
}

OwnResult of_log(const TrainingLog& log, const std::string& file) {
  OwnResult own{file, log.experiment, 0, {}};
  if (!own.experiment.empty()) known_experiment(own.experiment, file + ": experiment");
  own.announced_epochs = log.announced_epochs;
  std::set<std::string> names;
  for (const auto& [log_name, column] : log.history) {
    if (log_name == "lr" || log_name == "learning_rate") continue;  // ReduceLROnPlateau adds it
    const std::string name = common_name(log_name);
    if (!names.insert(name).second) {
      throw Error(
          fmt::format("{}: found {} twice, expected each curve once", file, printable(name)));
    }
    own.epochs = column.size();
    // zeros at the end of a number are lost in JSON: 0.31 may be 0.3100
    int decimals = 0;
    for (const PrintedValue& printed : column) decimals = std::max(decimals, printed.decimals);
    for (std::size_t epoch = 0; epoch < column.size(); ++epoch) {
      if (!column[epoch].value) continue;
      const double value = *column[epoch].value;
      if (!std::isfinite(value)) {
        throw Error(
            fmt::format("{}: found {} {} in epoch {}, where training diverged; expected "
                        "finite numbers",
                        file, printable(log_name), value, epoch + 1));
      }
      add(own, fmt::format("{}@{}", name, epoch + 1), {value, decimals});
    }
  }
  const bool folds = log.evaluations.size() > 1;
  for (std::size_t i = 0; i < log.evaluations.size(); ++i) {
    for (const auto& [name, printed] : log.evaluations[i]) {
      if (!printed.value) continue;
      if (!std::isfinite(*printed.value)) {
        throw Error(fmt::format("{}: found {} {} in an evaluation, expected a finite number", file,
                                printable(name), *printed.value));
      }
      add(own,
          folds ? fmt::format("fold_{}_{}", i + 1, common_name(name)) : "test_" + common_name(name),
          printed);
    }
  }
  if (own.numbers.empty()) {
    throw Error(fmt::format("{}: found no number, expected those of a training log", file));
  }
  return own;
}

}  // namespace

OwnResult read_own_result(const std::string& text) {
  std::error_code error;
  if (std::filesystem::exists(text, error)) {
    return of_log(read_training_log(text), printable(text));
  }
  if (text.find_first_not_of(" \t\n") == text.npos) {
    throw Error("--mine: found nothing, expected a file or 'imdb_final test_accuracy=.8731'");
  }
  return parse_text(text);
}

}  // namespace reprise::book
