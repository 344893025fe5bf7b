// The numbers that the book prints in a log, and the same numbers of one of our runs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reprise/record/run_record.hpp"

namespace reprise::book {

// How a printed number was rounded.
struct Rounding {
  // Rounded as in Keras's progress bar: 4 decimals, or 1.2345e-04 up to .001 (keras 2.0.8,
  // utils/generic_utils.py, Progbar.update).
  bool progress_bar = false;
  int decimals = 7;  // otherwise; a float32 has no more than 7 meaningful decimals

  // Returns `value` rounded.
  double operator()(double value) const;
  // Returns the rounding step of numbers like `value`, or 0 if it is below float32 precision.
  double step(double value) const;
};

struct PrintedQuantity {
  std::string label;        // "val_loss, epoch 3", "test accuracy"
  std::string curve = {};   // "val_loss" if it belongs to an epoch
  std::size_t index = 0;    // epoch in its curve, or fold of an evaluation, from 0
  std::string result = {};  // its name among the results of book-1.json if it is one of them
  std::size_t column = 0;   // in an evaluation: 0 loss, 1 metric
  double value = 0;         // as printed
  Rounding rounding = {};

  bool is_epoch() const;  // it is a number of epochs
  // Returns this quantity of a run, rounded in the same way. Throws Error that names
  // the quantity if the run lacks it or if it is not a number.
  double of(const RunResults& run) const;
};

// The numbers of one source, a printed edition or a notebook, which come from one run.
struct PrintedLog {
  std::string source;  // "print", "notebook"; "print, notebook" if both show the same run
  std::vector<PrintedQuantity> quantities;
  std::vector<std::string> notes;
};

// Returns the logs of an edition in a document of results/book; logs with equal numbers are merged.
std::vector<PrintedLog> printed_logs(const nlohmann::json& book, int edition);

}  // namespace reprise::book
