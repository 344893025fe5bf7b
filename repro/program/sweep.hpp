// Many runs in one process: whole runs spread over the cores, each on one thread of its own and bit
// for bit what it is alone.
#pragma once

#include <functional>
#include <ostream>
#include <vector>

#include "repro/program/runner.hpp"

namespace reprise::book {

struct SweepOptions {
  int workers = 1;               // runs at a time
  std::ostream* text = nullptr;  // progress with the time left; none: quiet
  bool terminal = false;         // `text` is a terminal: one line that changes
};

// Does all tasks on `datasets`. Calls `done` with the place of a task and its record, one call at a
// time, in the order in which the runs end. Whichever error comes first, of a run or of `done`,
// ends the sweep when the runs in flight have ended, and is thrown.
void sweep(const std::vector<Task>& tasks, DatasetCache& datasets, const SweepOptions& options,
           const std::function<void(std::size_t place, const RunRecord& run)>& done);

}  // namespace reprise::book
