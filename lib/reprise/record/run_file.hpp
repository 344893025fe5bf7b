// Writes a record to disk (results/schema/run-2.json), run by run.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "reprise/core/stopwatch.hpp"
#include "reprise/record/process_times.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise {

// Rewrites the record after each run, under a temporary name that is then renamed, so that the file
// is complete at any moment, however the process ends. A thousand runs of IMDB are 6 MB and take
// milliseconds to write to the kernel, but more than ten until they are on the disk. The first
// write waits for the disk, then at most one write a second, and the destructor: without that 300
// runs of 1 ms each took 3.5 s instead of 0.7 s. A crash of the machine may thus damage a record
// that was last written less than a second after a write that waited; the kernel takes up to half a
// minute.
class RunFile {
 public:
  // Throws Error if the file cannot be written; nothing is written before the first run.
  RunFile(std::filesystem::path file, std::string program);
  // Waits until the last write is on the disk. What fails then is ignored.
  ~RunFile();
  RunFile(const RunFile&) = delete;
  RunFile& operator=(const RunFile&) = delete;

  // Adds a run at `position` among the runs, in any order of calls.
  void add(std::size_t position, const RunRecord& run);
  // Adds the times and the peak memory of this process. They are meaningful only if the process
  // made all runs.
  void add_process(const ProcessTimes& times);
  // Throws Error if the file cannot be written.
  void write();
  // Time spent writing so far.
  double write_seconds() const { return write_seconds_; }

 private:
  std::filesystem::path file_;
  std::string head_;                         // the JSON text before the runs
  std::map<std::size_t, std::string> runs_;  // by position, one line of JSON each
  double write_seconds_ = 0;
  std::optional<Stopwatch> since_synced_;  // since the last write that waited for the disk
  bool unsynced_ = false;                  // the last write did not wait
};

}  // namespace reprise
