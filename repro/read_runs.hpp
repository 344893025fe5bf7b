// The one reader of records: what report, --check, --resume and certify work on.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/record/run_record.hpp"
#include "repro/catalogue.hpp"

namespace reprise::book {

// Returns the experiment with that id, or nullptr.
using FindExperiment = std::function<const Experiment*(std::string_view id)>;

// Reads the runs of a record of schema reprise/run/1 or reprise/run/2. Throws Error (exit code 2),
// one line that names the file and the run, if the file cannot be read, is cut or is no record, if
// a run is incomplete or out of range (record/run_reader.hpp), if its experiment, semantics,
// optimizer, loss, activation, dtype or backend is unknown, if its edition lacks the experiment, if
// the run contains less or more than the experiment's listing makes, or if it is there twice.
std::vector<RunRecord> read_runs(const std::filesystem::path& file,
                                 const FindExperiment& find = find_anywhere);

// "record.json: run 3 (imdb, seed 7)", for messages about a run of a record.
std::string name_in(const std::string& file, std::size_t number, const RunRecord& run);

}  // namespace reprise::book
