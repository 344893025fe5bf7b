#include "repro/training_log/training_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"
#include "repro/training_log/csv_log.hpp"
#include "repro/training_log/literal.hpp"
#include "repro/training_log/progress_lines.hpp"

namespace reprise {

using training_log::Literal;

namespace {

constexpr std::uintmax_t kMostBytes = 64 << 20;

std::vector<PrintedValue> column_of(const Literal& list, const std::string& name,
                                    const std::string& key) {
  const auto wrong = [&](const std::string& found) {
    throw Error(fmt::format("{}: history.{}: found {}, expected a list of numbers", name,
                            printable(key), found));
  };
  if (list.kind != Literal::Kind::list) wrong("no list");
  std::vector<PrintedValue> column;
  for (const Literal& value : list.list) {
    if (value.kind != Literal::Kind::number) {
      wrong(value.kind == Literal::Kind::text   ? fmt::format("'{}'", printable(value.text))
            : value.kind == Literal::Kind::list ? "a list"
                                                : "an object");
    }
    column.push_back(value.number);
  }
  return column;
}

bool is_all_lists(const Literal& object) {
  return !object.object.empty() && std::ranges::all_of(object.object, [](const auto& entry) {
    return entry.second.kind == Literal::Kind::list;
  });
}

// The results on the test set that a log may have beside its history: {"test_loss": 0.29,
// "test_acc": 0.88}, or {"fold_val_mae": [2.1, 2.4]} of k folds.
void add_final(const Literal& final, const std::string& name, TrainingLog& log) {
  std::map<std::string, PrintedValue> evaluation;
  for (const auto& [key, value] : final.object) {
    if (key.starts_with("test_") && value.kind == Literal::Kind::number) {
      evaluation[key.substr(5)] = value.number;
    } else if (key == "fold_val_mae") {
      for (const PrintedValue& mae : column_of(value, name, key)) {
        log.evaluations.push_back({{"mae", mae}});
      }
    }
  }
  if (!evaluation.empty()) log.evaluations.push_back(evaluation);
}

TrainingLog from_literal(const Literal& document, const std::string& name) {
  TrainingLog log;
  if (document.kind != Literal::Kind::object) {
    throw Error(fmt::format("{}: found no object, expected the history of a fit", name));
  }
  if (const Literal* experiment = document.find("experiment")) {
    if (experiment->kind != Literal::Kind::text) {
      throw Error(fmt::format("{}: experiment: found no text, expected its name", name));
    }
    log.experiment = experiment->text;
  }
  const Literal* history = document.find("history");
  // records of runs have a list of fits
  if (history != nullptr && history->kind == Literal::Kind::list) {
    if (history->list.size() != 1) {
      throw Error(
          fmt::format("{}: history: found {} fits, expected one", name, history->list.size()));
    }
    history = &history->list.front();
  }
  if (history == nullptr && is_all_lists(document)) history = &document;
  if (history == nullptr && document.find("final") != nullptr) {
    add_final(*document.find("final"), name, log);
    if (!log.evaluations.empty()) return log;
  }
  if (history == nullptr || history->kind != Literal::Kind::object) {
    throw Error(
        fmt::format("{}: found no history, expected lists of numbers by name such as "
                    "\"loss\"",
                    name));
  }
  for (const auto& [key, values] : history->object) {
    log.history[key] = column_of(values, name, key);
  }
  if (const Literal* final = document.find("final")) add_final(*final, name, log);
  return log;
}

void require_equal_lengths(const TrainingLog& log, const std::string& name) {
  if (log.history.empty()) return;
  const auto& [first, column] = *log.history.begin();
  for (const auto& [key, other] : log.history) {
    if (other.size() == column.size()) continue;
    throw Error(fmt::format("{}: found {} values of {} and {} of {}, expected one per epoch", name,
                            column.size(), printable(first), other.size(), printable(key)));
  }
}

}  // namespace

TrainingLog parse_training_log(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) throw Error(fmt::format("{}: found an empty file, expected a log", name));
  TrainingLog log;
  if (text[first] == '{') {
    log = from_literal(training_log::parse_literal(text, name), name);
  } else if (training_log::is_csv_log(text)) {
    log = training_log::parse_csv_log(text, name);
  } else if (training_log::has_progress_lines(text)) {
    log = training_log::parse_progress_lines(text, name);
  } else {
    throw Error(
        fmt::format("{}: found '{}', expected a History as JSON or as Python prints it, a "
                    "file of CSVLogger, or the lines that fit prints",
                    name, printable(text.substr(first, 40))));
  }
  require_equal_lengths(log, name);
  return log;
}

TrainingLog read_training_log(const std::filesystem::path& file) {
  return parse_training_log(read_file(file, kMostBytes), printable(file.string()));
}

}  // namespace reprise
