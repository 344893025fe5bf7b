// Runs many tasks in parallel, each on one thread of its own. Every run is bit-identical to the
// same run alone.
#pragma once

#include <functional>
#include <mutex>
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

// Calls body(i, mutex) for each i below `count`, on up to `threads` threads. The bodies lock
// `mutex` for what they share. The first error of a body ends the calls when those in progress have
// ended, and is thrown.
void run_in_threads(std::size_t count, int threads,
                    const std::function<void(std::size_t i, std::mutex& mutex)>& body);

}  // namespace reprise::book
