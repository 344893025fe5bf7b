// A record on disk (results/schema/run-2.json): read whole, or written run by run.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "reprise/record/process_times.hpp"

namespace reprise {

// Reads the runs of a record. Throws Error (exit code 2) that names the file if it cannot be read,
// is truncated or not JSON, is not a record, has a later major version, or holds a run that lacks a
// field. In curves, evaluations and results, null becomes NaN again. The settings of a record of
// schema reprise/run/1 are converted to those of reprise/run/2.
std::vector<nlohmann::json> read_runs(const std::filesystem::path& file);

// Everything that determines a run's numbers, as one string: experiment, edition, seed, semantics,
// settings, dtype, backend, version of the arithmetic and data. The number of threads is included
// only if the backend's bits depend on it.
std::string key_of(const nlohmann::json& run);

// Rewrites the record after each run, under a temporary name that is then renamed, so that the file
// is complete at any moment, however the process ends. (A thousand runs of IMDB are 6 MB and take
// milliseconds to write.)
class RunFile {
 public:
  // Throws Error if the file cannot be written; nothing is written before the first run.
  RunFile(std::filesystem::path file, std::string program);

  // Adds a run at `position` among the runs, in any order of calls.
  void add(std::size_t position, const nlohmann::json& run);
  // Adds the times and the peak memory of this process. They are meaningful only if the process
  // made all runs.
  void add_process(const ProcessTimes& times);
  void write();
  // Time spent writing so far.
  double write_seconds() const { return write_seconds_; }

 private:
  std::filesystem::path file_;
  std::string head_;                         // the JSON text before the runs
  std::map<std::size_t, std::string> runs_;  // by position, one line of JSON each
  double write_seconds_ = 0;
};

}  // namespace reprise
