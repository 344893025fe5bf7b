#include "repro/program/resume.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"
#include "repro/read_runs.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

std::string key_without_seed(RunRecord run) {
  run.seed = 0;
  return key_of(run);
}

// Describes the first field other than the seed in which two runs of one experiment differ:
// "optimizer: found \"sgd\", expected \"rmsprop\"".
std::string first_difference(const RunRecord& run, const RunRecord& other) {
  const json found = to_json(run), expected = to_json(other);
  const auto text = [](const json& value) {
    return value.is_null() ? std::string("none") : printable(json_text(value));
  };
  for (const char* name : {"edition", "semantics", "settings", "dtype", "backend", "library",
                           "arithmetic", "data", "threads"}) {
    const json a = found.value(name, json()), b = expected.value(name, json());
    if (a == b) continue;
    if (a.is_object() && b.is_object()) {
      for (const auto& [field, value] : b.items()) {
        const json its_value = a.value(field, json());
        if (its_value != value) {
          return fmt::format("{}: found {}, expected {}", field, text(its_value), text(value));
        }
      }
    }
    return fmt::format("{}: found {}, expected {}", name, text(a), text(b));
  }
  return "its settings differ";
}

}  // namespace

ResumePlan plan_resume(const std::filesystem::path& file, const std::vector<Task>& tasks,
                       const DataRecord& data) {
  ResumePlan plan;
  if (!std::filesystem::exists(file)) return plan;
  std::map<std::string, std::size_t> task_index;  // by key
  std::map<std::string, RunRecord> without_seed;  // by key without seed
  std::map<std::string_view, const Task*> by_experiment;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const RunRecord blank = blank_record(tasks[i], data);
    task_index[key_of(blank)] = i;
    without_seed.try_emplace(key_without_seed(blank), blank);
    by_experiment.try_emplace(tasks[i].experiment->id, &tasks[i]);
  }
  const auto find = [&](std::string_view id) {
    const auto task = by_experiment.find(id);
    return task == by_experiment.end() ? find_anywhere(id) : task->second->experiment;
  };
  std::size_t number = 0;
  for (RunRecord& run : read_runs(file, find)) {
    const auto fail = [&](const std::string& what) {
      throw Error(fmt::format("{}: {}", name_in(printable(file.string()), number, run), what));
    };
    if (const auto task = task_index.find(key_of(run)); task != task_index.end()) {
      plan.done[task->second] = std::move(run);
    } else if (without_seed.contains(key_without_seed(run))) {
      plan.others.push_back(std::move(run));
    } else if (const auto task_of = by_experiment.find(run.experiment);
               task_of != by_experiment.end()) {
      fail(first_difference(run, blank_record(*task_of->second, data)) +
           "; all runs of a record that --resume continues must have the same settings");
    } else {
      fail("found another experiment, expected an experiment of this command");
    }
    ++number;
  }
  return plan;
}

}  // namespace reprise::book
