// Which of a program's tasks are done already, by the record that it goes on with.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "repro/program/runner.hpp"

namespace reprise::book {

struct ResumePlan {
  std::map<std::size_t, nlohmann::json> done;  // by place among the tasks
  std::vector<nlohmann::json> others;          // the same settings from other seeds: kept
};

// Throws Error (exit code 2) if the record at `file` cannot be read, holds a run twice, or one with
// other settings, data or arithmetic than every task: a record is of one kind. No file is no run.
ResumePlan plan_resume(const std::filesystem::path& file, const std::vector<Task>& tasks,
                       const DataRecord& data);

}  // namespace reprise::book
