// Writes a record to disk (results/schema/run-2.json), run by run.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "reprise/record/process_times.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise {

// Rewrites the record after each run, under a temporary name that is then renamed, so that the file
// is complete at any moment, however the process ends. (A thousand runs of IMDB are 6 MB and take
// milliseconds to write.)
class RunFile {
 public:
  // Throws Error if the file cannot be written; nothing is written before the first run.
  RunFile(std::filesystem::path file, std::string program);

  // Adds a run at `position` among the runs, in any order of calls.
  void add(std::size_t position, const RunRecord& run);
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
