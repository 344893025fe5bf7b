// The log of a notebook: the printed values that a replay is compared with.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reprise::replay {

// A printed value and its number of decimals in the log; empty if nothing was printed.
struct PrintedValue {
  std::optional<double> value;
  int decimals = 0;
};

struct Log {
  std::string file, source;  // `source` describes the notebook to the reader
  std::string experiment;    // the fit it belongs to, unless --cell names another
  // one value per epoch, by "loss", "metric", "val_loss" or "val_metric"
  std::map<std::string, std::vector<PrintedValue>> history;
  std::map<std::string, std::string> labels;  // the names of these quantities in the log
  std::vector<std::pair<PrintedValue, PrintedValue>>
      evaluate;                          // loss and metric of each evaluation
  std::optional<PrintedValue> baseline;  // fraction of shuffled labels that stay equal
};

// Reads a log in one of two forms:
//   {"experiment": "imdb", "history": {"loss": [...], "acc": [...], ...},
//    "final": {"test_loss", "test_acc" or "test_mae", or "fold_val_mae": [...]}}
// with acc, accuracy, binary_accuracy, mae, mean_absolute_error, ... as the metric; or a file of
// results/book (results/schema/book-1.json), from which `name` selects the log ("notebook").
// Throws Error (exit code 2) that names the file, the field, what was found and what was expected.
Log read_log(const std::filesystem::path& file, const std::string& name);

}  // namespace reprise::replay
