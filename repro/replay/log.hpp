// What somebody's notebook printed: the values that a replay is held against.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reprise::replay {

// A printed value with as many decimals as the log has; nothing where none was printed.
struct Printed {
  std::optional<double> value;
  int decimals = 0;
};

struct Log {
  std::string file, source;  // `source`: the notebook, for people
  std::string experiment;    // the fit it belongs to, unless --cell says another
  // "loss", "metric", "val_loss", "val_metric" -> a value an epoch
  std::map<std::string, std::vector<Printed>> history;
  std::map<std::string, std::string> labels;          // what the log itself calls them
  std::vector<std::pair<Printed, Printed>> evaluate;  // loss and metric of each evaluation
  std::optional<Printed> baseline;                    // share of labels that stayed
};

// A file of either form:
//   {"experiment": "imdb", "history": {"loss": [...], "acc": [...], ...},
//    "final": {"test_loss", "test_acc" or "test_mae", or "fold_val_mae": [...]}}
// with acc, accuracy, binary_accuracy, mae, mean_absolute_error, ... as the metric, or one of
// results/book (results/schema/book-1.json), of which `name` picks the log ("notebook").
// Throws Error (exit code 2) that names the file, the field, what was found and expected.
Log read_log(const std::filesystem::path& file, const std::string& name);

}  // namespace reprise::replay
