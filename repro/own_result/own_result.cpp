#include "repro/own_result/own_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <sstream>

#include "reprise/core/error.hpp"
#include "repro/catalogue.hpp"
#include "repro/training_log/training_log.hpp"

namespace reprise::book {

namespace {

// The name of a curve or a result in the stored runs.
std::string common_name(const std::string& name) {
  static const std::map<std::string, std::string, std::less<>> names{
      {"acc", "accuracy"},
      {"binary_accuracy", "accuracy"},
      {"categorical_accuracy", "accuracy"},
      {"sparse_categorical_accuracy", "accuracy"},
      {"mean_absolute_error", "mae"}};
  for (const char* prefix : {"val_", "test_", "max_val_", "min_val_", "last_val_", ""}) {
    if (!name.starts_with(prefix)) continue;
    const std::string rest = name.substr(std::string_view(prefix).size());
    const std::size_t at = std::min(rest.find('@'), rest.size());
    const auto found = names.find(rest.substr(0, at));
    if (found != names.end()) return prefix + found->second + rest.substr(at);
  }
  return name;
}

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

void add(OwnResult& own, const std::string& name, const PrintedValue& printed) {
  if (std::ranges::count(own.numbers, name, &OwnNumber::name)) {
    throw Error(
        fmt::format("{}: found {} twice, expected each number once", own.source, printable(name)));
  }
  const double value = *printed.value;
  if (name.find("accuracy") != name.npos && (value < 0 || value > 1)) {
    throw Error(fmt::format("{}: found {} {}, expected a fraction from 0 to 1, or {}%", own.source,
                            printable(name), value, value));
  }
  own.numbers.push_back({name, printed});
}

OwnResult parse_text(const std::string& text) {
  OwnResult own{"--mine", {}, 0, {}};
  std::istringstream words(text);
  words >> own.experiment;
  if (find_anywhere(own.experiment) == nullptr) {
    throw Error(
        fmt::format("--mine: found '{}', expected the name of an experiment (reprise list "
                    "shows them) or of a file",
                    printable(own.experiment)));
  }
  for (std::string word; words >> word;) {
    const std::size_t sign = word.find('=');
    const auto printed = sign == word.npos ? std::nullopt : parse_number(word.substr(sign + 1));
    if (sign == 0 || !printed) {
      throw Error(fmt::format(
          "--mine: found '{}', expected a name and a finite number, such as test_accuracy=.8731",
          printable(word)));
    }
    add(own, common_name(word.substr(0, sign)), *printed);
  }
  if (own.numbers.empty()) {
    throw Error(
        fmt::format("--mine: found no number of {}, expected some, such as "
                    "'{} test_accuracy=.8731'",
                    own.experiment, own.experiment));
  }
  return own;
}

OwnResult of_log(const TrainingLog& log, const std::string& file) {
  OwnResult own{file, log.experiment, 0, {}};
  if (!own.experiment.empty() && find_anywhere(own.experiment) == nullptr) {
    throw Error(fmt::format("{}: experiment: found '{}', expected one that reprise list shows",
                            file, printable(own.experiment)));
  }
  for (const auto& [name, column] : log.history) {
    if (name == "lr" || name == "learning_rate") continue;  // ReduceLROnPlateau adds it
    own.epochs = column.size();
    for (std::size_t epoch = 0; epoch < column.size(); ++epoch) {
      const PrintedValue& printed = column[epoch];
      if (!printed.value) continue;
      if (!std::isfinite(*printed.value)) {
        throw Error(
            fmt::format("{}: found {} {} in epoch {}, where training diverged; expected "
                        "finite numbers",
                        file, printable(name), *printed.value, epoch + 1));
      }
      add(own, fmt::format("{}@{}", common_name(name), epoch + 1), printed);
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
