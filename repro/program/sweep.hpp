// Runs many tasks in parallel, each on one thread of its own. Every run is bit-identical to the
// same run alone.
#pragma once

#include <functional>
#include <ostream>
#include <vector>

#include "repro/program/runner.hpp"

namespace reprise::book {

struct SweepOptions {
  int workers = 1;               // number of runs at a time
  std::ostream* text = nullptr;  // prints progress with the time left; nullptr: nothing
  bool terminal = false;         // `text` is a terminal, where progress rewrites one line
};

// Runs all tasks on `datasets`. Calls `done` with the index of a task and its record, one call at a
// time, in the order in which the runs end. The first error of a run or of `done` ends the sweep
// when the runs in progress have ended, and is thrown.
void sweep(const std::vector<Task>& tasks, DatasetCache& datasets, const SweepOptions& options,
           const std::function<void(std::size_t task, const RunRecord& run)>& done);

}  // namespace reprise::book
