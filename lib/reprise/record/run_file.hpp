// A record on disk (results/schema/run-2.json): read whole, or grown run by run.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "reprise/record/process_times.hpp"

namespace reprise {

// The runs of a record. Throws Error (exit code 2) that names the file if it cannot be read, is cut
// or no JSON, is no record or one of a later major version, or holds a run that lacks a field.
// In curves, evaluations and results null, which is not a number, becomes NaN again. The settings
// of a record of schema reprise/run/1 are converted to those of reprise/run/2 (run_upgrade.hpp).
std::vector<nlohmann::json> read_runs(const std::filesystem::path& file);

// What a run's numbers follow from, as one text: experiment, edition, seed, semantics, settings,
// dtype, backend, version of the arithmetic, data. Not the number of threads, unless
// the backend's bits depend on it.
std::string key_of(const nlohmann::json& run);

// Writes the record anew after each run, under a temporary name that is then renamed: it is whole
// at any moment, whatever ends the process. (A thousand runs of IMDB are 6 MB and take
// milliseconds.)
class RunFile {
 public:
  // Throws Error if the file cannot be written; nothing is written before the first run.
  RunFile(std::filesystem::path file, std::string program);

  // Adds a run at its place among the others, whenever it comes.
  void add(std::size_t place, const nlohmann::json& run);
  // With the times and the largest memory of this process, which say something only where it made
  // all runs.
  void add_process(const ProcessTimes& times);
  void write();
  // What writing has taken so far.
  double write_seconds() const { return write_seconds_; }

 private:
  std::filesystem::path file_;
  std::string head_;                         // the document up to its runs
  std::map<std::size_t, std::string> runs_;  // by place, each a line
  double write_seconds_ = 0;
};

}  // namespace reprise
