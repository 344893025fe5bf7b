// Finds out which tasks a record already contains (--resume).
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "repro/program/runner.hpp"

namespace reprise::book {

struct ResumePlan {
  std::map<std::size_t, RunRecord> done;  // finished runs, by index of the task
  std::vector<RunRecord> others;          // runs with other seeds, which stay in the record
};

// Reads the record `file`; a missing file contains no runs. Throws Error (exit code 2) like
// read_runs, and if the settings, data or arithmetic of a run differ from those of every task.
ResumePlan plan_resume(const std::filesystem::path& file, const std::vector<Task>& tasks,
                       const DataRecord& data);

}  // namespace reprise::book
