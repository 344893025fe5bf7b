// The log of a notebook: the printed values that a replay is compared with.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "repro/training_log/training_log.hpp"

namespace reprise::replay {

struct Log {
  std::string file, source;  // `source` describes the notebook to the reader
  std::string experiment;    // the fit it belongs to if the log says so, otherwise ""
  // one value per epoch, by "loss", "metric", "val_loss" or "val_metric"
  std::map<std::string, std::vector<PrintedValue>> history;
  std::map<std::string, std::string> labels;  // the names of these quantities in the log
  std::vector<std::pair<PrintedValue, PrintedValue>>
      evaluate;                          // loss and metric of each evaluation
  std::optional<PrintedValue> baseline;  // fraction of shuffled labels that stay equal
};

// Reads a log in one of three forms:
//   {"experiment": "imdb", "history": {"loss": [...], "acc": [...], ...},
//    "final": {"test_loss", "test_acc" or "test_mae", or "fold_val_mae": [...]}};
// a reader's own log (training_log.hpp); or a file of results/book (results/schema/book-1.json),
// from which `name` selects the log ("notebook"). The metric may be called acc, accuracy,
// binary_accuracy, mae, mean_absolute_error, ...; columns of learning rates are left out.
// Throws Error (exit code 2) that names the file, the field, what was found and what was expected.
Log read_log(const std::filesystem::path& file, const std::string& name);

}  // namespace reprise::replay
