#include "repro/replay/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reprise/core/error.hpp"

namespace reprise::replay {

namespace {

constexpr const char* kQuantities[] = {"loss", "metric", "val_loss", "val_metric"};
constexpr double kHalfUnit = 0.5e-4, kFullHalfUnit = 0.5e-5;
// decimals are rounded to doubles: 0.51025 - 0.5102 is 4.9999999999994493e-05 or a little more
constexpr double kSlack = 1e-12;

ComparedValue value_of(std::string where, const PrintedValue& printed, double replayed,
                       bool in_full = false) {
  ComparedValue value{std::move(where), printed, replayed, false};
  const double tolerance = in_full && printed.decimals > 4 ? kFullHalfUnit : kHalfUnit;
  value.equal = std::fabs(replayed - *printed.value) <= tolerance + kSlack ||
                (std::isnan(replayed) && std::isnan(*printed.value));
  return value;
}

Count count(const std::vector<ComparedValue>& values) {
  return {static_cast<std::size_t>(std::ranges::count(values, true, &ComparedValue::equal)),
          values.size()};
}

std::string label_of(const Log* log, const std::string& quantity) {
  if (log == nullptr) return quantity;
  const auto found = log->labels.find(quantity);
  return found == log->labels.end() ? quantity : found->second;
}

// Formats a value with the printed number of decimals, at least four.
std::string digits(double value, const PrintedValue& printed) {
  return fmt::format("{:.{}f}", value, std::clamp(printed.decimals, 4, 8));
}

std::string in_full(const PrintedValue& printed) { return fmt::format("{}", *printed.value); }

}  // namespace

double ComparedValue::difference() const { return replayed - *printed.value; }

std::string Count::text() const { return fmt::format("{} of {}", equal, of); }

Count Comparison::epochs() const { return count(history); }
Count Comparison::evaluations() const { return count(finals); }

const ComparedValue* Comparison::first_difference() const {
  for (const auto* values : {&history, &finals}) {
    const auto found = std::ranges::find(*values, false, &ComparedValue::equal);
    if (found != values->end()) return &*found;
  }
  return nullptr;
}

bool belongs_to(std::string_view fit, std::string_view name) {
  return fit == name ||
         (fit.starts_with(name) && fit.size() > name.size() && fit[name.size()] == '.');
}

void check_lengths(const std::string& name, const Log& log, const Script& script) {
  std::size_t evaluations = 0, fits = 0;
  int line = 0;
  bool baseline = false;
  for (const Cell& cell : script.cells) {
    if (const auto* fit = std::get_if<FitCell>(&cell.action); fit && belongs_to(fit->name, name)) {
      ++fits;
      line = cell.line;
      for (const auto& [quantity, values] : log.history) {
        const std::string what = log.file + ": history." + log.labels.at(quantity);
        if (quantity.starts_with("val_") && !fit->validation) {
          throw Error(fmt::format(
              "{}: found validation values, expected none, as fit '{}' has no validation ({})",
              what, fit->name, script.at(cell.line)));
        }
        if (values.size() != static_cast<std::size_t>(fit->epochs)) {
          throw Error(
              fmt::format("{}: found {} values, expected {}, one per epoch of fit '{}' ({})", what,
                          values.size(), fit->epochs, fit->name, script.at(cell.line)));
        }
      }
    }
    if (const auto* e = std::get_if<EvaluateCell>(&cell.action); e && belongs_to(e->fit, name)) {
      ++evaluations;
    }
    if (const auto* b = std::get_if<BaselineCell>(&cell.action); b && b->name == name) {
      baseline = true;
      line = cell.line;
    }
  }
  if (fits > 1 && !log.history.empty()) {
    throw Error(fmt::format("{}: history: found one, expected none, as '{}' has {} fits ({})",
                            log.file, name, fits, script.at(line)));
  }
  if (log.evaluate.size() > evaluations) {
    throw Error(fmt::format("{}: found {} evaluations, expected {} as in '{}' ({})", log.file,
                            log.evaluate.size(), evaluations, name, script.at(line)));
  }
  if (baseline && !log.baseline) {
    throw Error(fmt::format("{}: found no random_accuracy, expected it for baseline '{}' ({})",
                            log.file, name, script.at(line)));
  }
}

Comparison compare(const std::string& name, const Log* log, std::vector<FitResult> fits,
                   std::vector<BaselineResult> baselines, const Script& script,
                   std::string arithmetic) {
  Comparison result{name, std::move(arithmetic), log, std::move(fits), std::move(baselines), {},
                    {}};
  if (log == nullptr) return result;
  check_lengths(name, *log, script);
  if (!log->history.empty()) {
    const History& history = result.fits.front().history;
    const std::size_t epochs = log->history.begin()->second.size();
    for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
      for (const char* quantity : kQuantities) {
        const auto column = log->history.find(quantity);
        if (column == log->history.end() || !column->second[epoch].value) continue;
        result.history.push_back(
            value_of(fmt::format("epoch {}, {}", epoch + 1, label_of(log, quantity)),
                     column->second[epoch], history.at(quantity)[epoch]));
      }
    }
  }
  std::size_t next = 0;
  for (const FitResult& fit_result : result.fits) {
    for (const Scores& scores : fit_result.evaluate) {
      if (next == log->evaluate.size()) break;
      const auto& [loss, metric] = log->evaluate[next++];
      const std::string where = "evaluation of " + fit_result.name;
      if (loss.value) {
        result.finals.push_back(value_of(where + ", loss", loss, scores.loss, true));
      }
      if (metric.value) {
        result.finals.push_back(value_of(where + ", metric", metric, scores.metric, true));
      }
    }
  }
  for (const BaselineResult& baseline : result.baselines) {
    result.finals.push_back(
        value_of(fmt::format("{}, {} of {} labels", baseline.name, baseline.same, baseline.of),
                 *log->baseline, baseline.value(), true));
  }
  return result;
}

void print_values(std::ostream& out, const Comparison& comparison, const Script& script) {
  const Log* log = comparison.log;
  if (!comparison.fits.empty()) {
    const FitResult& first = comparison.fits.front();
    out << fmt::format("{} ({}){}\n", first.name, script.at(first.line),
                       log == nullptr ? "" : ": printed, replayed");
    // a single fit has a table of epochs; folds show only their evaluations
    if (comparison.fits.size() == 1) {
      out << fmt::format("{:>7}", "epoch");
      for (const char* quantity : kQuantities) {
        if (first.history.contains(quantity)) {
          out << fmt::format("{:>19}", label_of(log, quantity));
        }
      }
      out << '\n';
      auto value = comparison.history.begin();
      const std::size_t epochs = first.history.at("loss").size();
      for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
        out << fmt::format("{:>7}", epoch + 1);
        for (const char* quantity : kQuantities) {
          const auto column = first.history.find(quantity);
          if (column == first.history.end()) continue;
          const bool was_printed = log != nullptr && log->history.contains(quantity) &&
                                   log->history.at(quantity)[epoch].value;
          if (!was_printed) {
            out << fmt::format("{:>19}", fmt::format("{:.4f} ", column->second[epoch]));
            continue;
          }
          out << fmt::format(
              "{:>19}",
              fmt::format("{} {}{}", digits(*value->printed.value, value->printed),
                          digits(value->replayed, value->printed), value->equal ? ' ' : '*'));
          ++value;
        }
        out << '\n';
      }
    }
  }
  for (const ComparedValue& value : comparison.finals) {
    out << fmt::format(
        "  {}: printed {}, replayed {:.8f}, {}\n", value.where, in_full(value.printed),
        value.replayed,
        value.equal ? "equal" : fmt::format("differs by {:.2g}", value.difference()));
  }
  if (!comparison.finals.empty()) return;
  for (const FitResult& fit_result : comparison.fits) {
    for (const Scores& scores : fit_result.evaluate) {
      out << fmt::format("  evaluation of {}: loss {:.8f}, metric {:.8f}\n", fit_result.name,
                         scores.loss, scores.metric);
    }
  }
  for (const BaselineResult& baseline : comparison.baselines) {
    out << fmt::format("  {}: {} of {} labels, {:.8f}\n", baseline.name, baseline.same, baseline.of,
                       baseline.value());
  }
}

std::string verdict(const Comparison& comparison) {
  if (comparison.log == nullptr) return comparison.name + ": no printed values to compare with";
  std::string text = comparison.name + ": ";
  if (!comparison.history.empty()) text += comparison.epochs().text() + " epoch values";
  if (!comparison.finals.empty()) {
    text += fmt::format("{}{} evaluation values", comparison.history.empty() ? "" : ", ",
                        comparison.evaluations().text());
  }
  text += " equal";
  if (const ComparedValue* first = comparison.first_difference()) {
    text += fmt::format("; first difference: {}, printed {}, replayed {}, by {:.2g}", first->where,
                        in_full(first->printed), digits(first->replayed, first->printed),
                        first->difference());
  }
  return text;
}

}  // namespace reprise::replay
