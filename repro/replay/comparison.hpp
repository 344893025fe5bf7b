// Compares a replay with a log: every printed value, the first one that differs, and the counts.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "repro/replay/log.hpp"
#include "repro/replay/script_run.hpp"

namespace reprise::replay {

struct ComparedValue {
  std::string where;  // "epoch 3, val_loss"
  PrintedValue printed;
  double replayed = 0;
  // True if the two differ by at most half a unit of the fourth decimal, the last one that Keras
  // prints for an epoch. Evaluations are printed in full and are compared to half a unit of the
  // fifth decimal, which is less than one of 25,000 test samples but more than rounding causes.
  bool equal = false;
  double difference() const;
};

struct Count {
  std::size_t equal = 0, of = 0;
  bool all() const { return equal == of; }
  std::string text() const;  // "80 of 80"
};

// The results of one fit (or of the folds of one experiment, or of a baseline) and its log.
struct Comparison {
  std::string name;
  std::string arithmetic;
  const Log* log = nullptr;     // null if nothing was printed
  std::vector<FitResult> fits;  // several for folds
  std::vector<BaselineResult> baselines;
  std::vector<ComparedValue> history, finals;  // the values of the log

  Count epochs() const;       // of `history`
  Count evaluations() const;  // of `finals`
  bool equal() const { return epochs().all() && evaluations().all(); }
  const ComparedValue* first_difference() const;
};

// Returns whether `fit` is `name` or a part of it, as "boston_kfold.0" is of "boston_kfold".
bool belongs_to(std::string_view fit, std::string_view name);

// Compares results with a log. Throws Error (exit code 2) that names the file, what was found and
// the line of the script if the numbers of epochs or evaluations differ from those of the script,
// or if the log has a quantity that the fit lacks.
Comparison compare(const std::string& name, const Log* log, std::vector<FitResult> fits,
                   std::vector<BaselineResult> baselines, const Script& script,
                   std::string arithmetic);

// Makes the same checks before anything is computed.
void check_lengths(const std::string& name, const Log& log, const Script& script);

// Prints the epochs, printed beside replayed, with a * where they differ; then the evaluations.
void print_values(std::ostream& out, const Comparison& comparison, const Script& script);
// Returns a line such as "imdb: 80 of 80 epoch values equal", with the first difference.
std::string verdict(const Comparison& comparison);

}  // namespace reprise::replay
