// What a section's program does: its tasks, the record that they fill, and what is done of both.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reprise/record/run_file.hpp"
#include "repro/program/flags.hpp"
#include "repro/program/runner.hpp"

namespace reprise::book {

class Session {
 public:
  // All parameters must outlive the session; `clock` runs since main began. Throws Error if the
  // flags do not go with the section, the record cannot be written, or is not one that --resume can
  // go on with.
  Session(const Section& section, const Flags& flags, DatasetCache& datasets, const Output& output,
          const ProcessClock& clock);

  // Runs what is not in the record yet: one after another, or with --seeds all at once. The record
  // is written after each run.
  void run();

  // All runs in the order of the tasks.
  std::vector<nlohmann::json> runs() const;

 private:
  void take_up_record();
  std::size_t place_in_file(const nlohmann::json& run) const;
  void keep(std::size_t place, const RunRecord& run);
  void run_one_by_one();
  void run_all_at_once();
  void draw_comparisons(const std::vector<RunRecord>& records);
  void say(const std::string& line) const;

  const Section& section_;
  const Flags& flags_;
  DatasetCache& datasets_;
  const Output& output_;
  const ProcessClock& clock_;
  std::vector<Task> tasks_;
  std::optional<RunFile> file_;
  std::map<std::size_t, nlohmann::json> done_;  // by place among the tasks
};

}  // namespace reprise::book
