// What a printed log says, number by number, and the same numbers of a run of ours.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace reprise::book {

// How a number was rounded when it was printed.
struct Rounding {
  // As Keras's progress bar: 4 decimals, below .001 in the form 1.2345e-04 (keras 2.0.8,
  // utils/generic_utils.py, Progbar.update).
  bool progress_bar = false;
  int decimals = 7;  // otherwise; more than 7 say nothing of a float32

  double operator()(double value) const;
  // The step between numbers like `value`; 0 where it is finer than what a float32 tells.
  double step(double value) const;
};

struct PrintedQuantity {
  std::string label;        // "val_loss, epoch 3", "test accuracy"
  std::string curve = {};   // "val_loss": one of an epoch
  std::size_t place = 0;    // in its curve, or the fold of an evaluation
  std::string result = {};  // of a single figure: its name among the results of book-1.json
  std::size_t column = 0;   // of an evaluation: 0 loss, 1 metric
  double value = 0;         // as printed
  Rounding rounding = {};

  bool is_epoch() const;  // a number of epochs, a whole one
  // The figure of a run (of a record), rounded as this one was. Throws Error that names the figure
  // if the run lacks it or it is not a number.
  double of(const nlohmann::json& run) const;
};

// The numbers of one source that are one draw: a printed edition's or a notebook's.
struct PrintedLog {
  std::string source;  // "print", "notebook"; "print, notebook" where they are the same run
  std::vector<PrintedQuantity> figures;
  std::vector<std::string> notes;
};

// The logs of that edition in a document of results/book, those with equal figures as one.
std::vector<PrintedLog> printed_logs(const nlohmann::json& book, int edition);

}  // namespace reprise::book
