// The references that a run is compared with: real Keras's run of the same seed, and the quantities
// of the book. Both are files under results/.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "reprise/record/run_record.hpp"
#include "repro/catalogue.hpp"

namespace reprise::book {

// The functions that read a file throw Error if it is not JSON or does not have the expected form.

// A stored run of Keras.
struct KerasRun {
  std::string version;   // "3.15.1"
  RunResults results;    // at least one fit
  bool standin = false;  // made on Reprise's stand-in data
};

// Returns results/keras/<id>__seed<N>[__x64][__<changed setting>].json: the run of Keras 3.15.1
// with the same seed, settings and dtype, possibly with another number of epochs. Returns nothing
// if there is no such run, or if `run` has other semantics.
std::optional<KerasRun> keras_run_of(const RunRecord& run, const std::filesystem::path& results);

// Returns results/book/<id>.json, or nothing if there is no such file.
std::optional<nlohmann::json> book_file_of(const Experiment& experiment,
                                           const std::filesystem::path& results);

// Returns the book file of the run's experiment: printed quantities, the author's logs, published
// re-runs. If another experiment has the same listing and settings in the run's edition, its logs
// are added: in the second edition boston_kfold takes 16 samples a step, as boston_kfold16 does.
// Returns nothing if no quantity is known.
std::optional<nlohmann::json> book_of(const RunRecord& run, const std::filesystem::path& results);

// Whether the run's settings are those of its edition.
bool has_book_settings(const RunRecord& run);

}  // namespace reprise::book
