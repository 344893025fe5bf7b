#include "repro/program/resume.hpp"

#include <fmt/format.h>

#include <set>

#include "reprise/core/error.hpp"
#include "reprise/record/run_file.hpp"

namespace reprise::book {

using nlohmann::json;

namespace {

std::string key_without_seed(json run) {
  run["seed"] = 0;
  return key_of(run);
}

// Describes the first field other than the seed in which two runs of one experiment differ:
// "optimizer: found \"sgd\", expected \"rmsprop\"".
std::string first_difference(const json& found, const json& expected) {
  for (const char* name :
       {"edition", "semantics", "settings", "dtype", "backend", "threads", "arithmetic", "data"}) {
    const json a = found.value(name, json()), b = expected.at(name);
    if (a == b) continue;
    if (a.is_object() && b.is_object()) {
      for (const auto& [field, value] : b.items()) {
        if (a.value(field, json()) != value) {
          return fmt::format("{}: found {}, expected {}", field, a.value(field, json()).dump(),
                             value.dump());
        }
      }
    }
    return fmt::format("{}: found {}, expected {}", name, a.dump(), b.dump());
  }
  return "its settings differ";
}

}  // namespace

ResumePlan plan_resume(const std::filesystem::path& file, const std::vector<Task>& tasks,
                       const DataRecord& data) {
  ResumePlan plan;
  if (!std::filesystem::exists(file)) return plan;
  std::map<std::string, std::size_t> task_index;  // by key
  std::map<std::string, json> without_seed;       // by key without seed
  std::map<std::string, json> by_experiment;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const json blank = to_json(blank_record(tasks[i], data));
    task_index[key_of(blank)] = i;
    without_seed.try_emplace(key_without_seed(blank), blank);
    by_experiment.try_emplace(blank["experiment"].get<std::string>(), blank);
  }
  std::set<std::string> seen;
  std::size_t number = 0;
  for (json& run : read_runs(file)) {
    const std::string experiment = run["experiment"];
    const auto fail = [&](const std::string& what) {
      throw Error(fmt::format("{}: run {} ({}, seed {}): {}", file.string(), number, experiment,
                              run["seed"].dump(), what));
    };
    const std::string key = key_of(run);
    if (!seen.insert(key).second) fail("found twice, expected once");
    if (const auto task = task_index.find(key); task != task_index.end()) {
      plan.done[task->second] = std::move(run);
    } else if (without_seed.contains(key_without_seed(run))) {
      plan.others.push_back(std::move(run));
    } else if (const auto expected = by_experiment.find(experiment);
               expected != by_experiment.end()) {
      fail(first_difference(run, expected->second) +
           "; all runs of a record that --resume continues must have the same settings");
    } else {
      fail("found another experiment, expected an experiment of this command");
    }
    ++number;
  }
  return plan;
}

}  // namespace reprise::book
