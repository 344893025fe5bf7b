// A log and a replay side by side: every printed value, the first that differs, the count.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "repro/replay/log.hpp"
#include "repro/replay/script_run.hpp"

namespace reprise::replay {

struct Value {
  std::string where;  // "epoch 3, val_loss"
  Printed printed;
  double replayed = 0;
  // Equal to half a unit of the fourth decimal, the last that Keras's epochs have. Evaluations are
  // printed in full; there it is the fifth: less than one of 25,000 test samples, more than what
  // rounding does.
  bool equal = false;
  double difference() const;
};

struct Count {
  std::size_t equal = 0, of = 0;
  bool all() const { return equal == of; }
  std::string text() const;  // "80 of 80"
};

// What one fit (or the folds of one experiment, or a baseline) says and what was printed of it.
struct Comparison {
  std::string name;
  std::string arithmetic;
  const Log* log = nullptr;       // null: nothing was printed
  std::vector<Outcome> outcomes;  // several for folds
  std::vector<BaselineFigure> baselines;
  std::vector<Value> history, finals;  // of the log's values

  Count epochs() const;  // of `history`
  Count evaluations() const;
  bool equal() const { return epochs().all() && evaluations().all(); }
  const Value* first_difference() const;
};

// True where `fit` is `name` or one of its parts: "boston_kfold.0" of "boston_kfold".
bool belongs_to(std::string_view fit, std::string_view name);

// Throws Error (exit code 2) with file, what was found, and file and line of the script, if the log
// has another number of epochs or evaluations than the script or a quantity that the fit has not.
Comparison compare(const std::string& name, const Log* log, std::vector<Outcome> outcomes,
                   std::vector<BaselineFigure> baselines, const Script& script,
                   std::string arithmetic);

// The same check before anything is computed.
void check_lengths(const std::string& name, const Log& log, const Script& script);

// The epochs, printed and replayed, with a * at what differs, then the evaluations.
void print_values(std::ostream& out, const Comparison& comparison, const Script& script);
// "imdb: 80 of 80" with what differs first and by how much.
std::string verdict(const Comparison& comparison);

}  // namespace reprise::replay
