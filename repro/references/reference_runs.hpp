// What a run is compared with: real Keras's run of the same seed and the book's figures, both files
// under results/.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "repro/catalogue.hpp"

namespace reprise::book {

// Of a record's run (record/run_file.hpp). Throw Error for a file that is no JSON.

// results/keras/<id>__seed<N>[__x64][__<what was changed>].json: a run of Keras 3.15.1 with the
// same seed, settings and type of numbers, though perhaps of another number of epochs. Nothing
// where there is none, or the run has other semantics.
std::optional<nlohmann::json> keras_run_of(const nlohmann::json& run,
                                           const std::filesystem::path& results);

// results/book/<id>.json, or nothing where there is none.
std::optional<nlohmann::json> book_file_of(const Experiment& experiment,
                                           const std::filesystem::path& results);

// The same of a run's experiment: printed figures, the author's logs, published re-runs. With the
// logs of what is the same experiment in the run's edition: the second edition's boston_kfold takes
// 16 rows a step, and is boston_kfold16. Nothing where no figure is known.
std::optional<nlohmann::json> book_of(const nlohmann::json& run,
                                      const std::filesystem::path& results);

// Whether the run has its edition's own settings.
bool has_book_settings(const nlohmann::json& run);

// The number of epochs of the first fit; 0 where nothing was trained.
std::size_t epochs_of(const nlohmann::json& run);

}  // namespace reprise::book
