// A session of a section's program: the tasks that the flags ask for, and the record of the runs
// that are done.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reprise/core/file_lock.hpp"
#include "reprise/record/run_file.hpp"
#include "repro/program/flags.hpp"
#include "repro/program/runner.hpp"

namespace reprise::book {

class Session {
 public:
  // All parameters must outlive the session; `clock` was started when main began. Throws Error if
  // the section has no such experiment, or if the record cannot be written or resumed,
  // or another process is writing it.
  Session(const Section& section, const Flags& flags, DatasetCache& datasets, const Output& output,
          const ProcessClock& clock);

  // Runs the tasks that the record does not contain yet, one after another, or with --seeds in
  // parallel. Writes the record after each run.
  void run();
  // Throws the Error of the first figure that could not be written.
  void require_figures() const;

  // Returns all runs in the order of the tasks.
  std::vector<RunRecord> runs() const;

 private:
  void resume_record();
  std::size_t position_in_file(const RunRecord& run) const;
  void keep(std::size_t task, const RunRecord& run);
  void run_sequentially();
  void run_sweep();
  void print_diverged() const;
  void draw_comparisons(const std::vector<RunRecord>& records);
  void print(const std::string& line) const;

  const Section& section_;
  const Flags& flags_;
  DatasetCache& datasets_;
  Output output_;
  const ProcessClock& clock_;
  std::vector<Task> tasks_;
  std::optional<FileLock> lock_;  // no other process may write the record
  std::optional<RunFile> file_;
  std::optional<Error> failed_figure_;
  std::map<std::size_t, RunRecord> done_;  // by index of the task
};

}  // namespace reprise::book
