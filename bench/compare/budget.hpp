// How long each benchmark may be measured so that a comparison keeps its time budget.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

namespace reprise::compare {

// What a pilot run found: the seconds of a round, and the benchmarks in it, each counted once per
// process.
struct Pilot {
  double round_seconds = 0;
  std::size_t benchmarks = 0;
};
// Runs a pilot that measures each benchmark for `min_time` seconds. Without a value if it was not
// done within `limit` seconds, after which it is ended.
using RunPilot = std::function<std::optional<Pilot>(double min_time, double limit)>;

struct Fitted {
  double min_time = 0;  // seconds of each benchmark in each process
  double round_seconds = 0;
};

// Chooses the measuring time of each benchmark, at most `longest` and at least kLeastMinTime, so
// that kFewestRounds rounds fit into `budget` seconds if that is possible. What a round takes is
// measured and not computed: a program needs more than its measuring time, and how much more
// nobody knows beforehand. `spent` returns the seconds of the budget that are gone. Without a value
// if the budget is gone before a pilot with the least measuring time is done.
std::optional<Fitted> fit_to_budget(double longest, double budget, const RunPilot& run,
                                    const std::function<double()>& spent);

}  // namespace reprise::compare
