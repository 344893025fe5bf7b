// Runs of many seeds that are stored in results/seeds (./tools/seeds made them), so that a reader's
// numbers can be judged without training.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/record/run_record.hpp"
#include "repro/catalogue.hpp"

namespace reprise::book {

// Runs of one experiment that differ only in their seeds. The numbers have five digits.
struct StoredRuns {
  std::string experiment;
  std::vector<int> editions;           // whose settings they have; the first one was run
  std::vector<std::string> semantics;  // all that give these numbers
  std::size_t epochs = 0;
  std::string data;      // name of the data file, "" for none
  bool verified = true;  // it is the file that Keras accepts
  // By ascending seed. Only `history` (of a single fit), `evaluate` and `results` are filled.
  std::vector<RunResults> runs;
};

// The runs stored for an experiment; empty if there are none. `results` is the directory that
// contains seeds/. Throws Error (exit code 2) that names the file if it does not have the form of
// results/schema/seeds-1.json.
std::vector<StoredRuns> stored_runs_of(std::string_view experiment,
                                       const std::filesystem::path& results);

// The same runs as if they had ended after so many epochs, which must be at most their own: a run
// begins as a longer one does. Evaluations and results belong to the whole run and are left out.
StoredRuns first_epochs(const StoredRuns& whole, std::size_t epochs);

// The name by which the stored runs have a curve or a number: all accuracies are called accuracy,
// and mean_absolute_error mae.
std::string common_name(const std::string& name);

// Throws Error (exit code 2) that begins with `where` for an unknown experiment; `alternative`
// follows what was expected.
const Experiment& known_experiment(const std::string& id, const std::string& where,
                                   const std::string& alternative = "");

// A number of a run by the name that a reader gives it, or nothing:
//   val_accuracy     the last value of a curve
//   val_accuracy@3   its value in epoch 3
//   fold_2_mae       of an evaluation in k folds: the metric or the loss of a fold
//   best_epoch       the epoch of the lowest val_loss, unless the listing has its own
//   test_accuracy, min_val_loss, max_val_accuracy, mean_mae, ...   as quantities_of names them
std::optional<double> number_of(const RunResults& run, std::string_view experiment,
                                const std::string& name);
// All names but those of single epochs.
std::vector<std::string> names_of_numbers(const RunResults& run, std::string_view experiment);

}  // namespace reprise::book
