// How often a gate decides and errs, by resampling recorded rounds of equal programs with this
// engine's own code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/compare/measurements.hpp"
#include "bench/gate/result.hpp"

namespace reprise::gate {

// What the simulation assumes, as its reports declare it.
struct SimulationOptions {
  int gates = 1000;
  // Rounds are drawn with replacement in blocks of so many consecutive ones, so that what the
  // machine did for some seconds stays together.
  int block = 6;
  // Two builds of one program differ by this in each benchmark (standard deviation of the logarithm
  // of HEAD's factor), as sessions of the same build do.
  double session = 0.002;
  double budget = 180;  // seconds
  // A round takes this for each of three processes, and as much more for each benchmark in it:
  // filtered rounds of bench_dense, 20 ms a benchmark.
  double process_seconds = 0.3, benchmark_seconds = 0.027;
  GateOptions gate{};
  double compare_level = 0.05;  // of `reprise compare`
  int compare_rounds = 84;
  std::uint32_t seed = 1;
};

// Shares of the simulated runs on equal programs.
struct EqualRuns {
  // Every benchmark decided within the budget: by `reprise compare` at its default settings; with
  // benchmarks leaving; with the second run of BASE in the test, too; by the screen's one-sided
  // bounds.
  double decided_by_compare = 0, with_leaving = 0, with_both_runs = 0, one_sided = 0;
  double passed = 0;  // the whole gate ends with exit code 0
  int failed = 0;     // the whole gate ends with exit code 1: false alarms
  double median_seconds = 0;
};
EqualRuns simulate_equal(const compare::Measurements& recorded, const SimulationOptions& options);

// HEAD is slower by `change` in one benchmark, another one in each gate.
struct SlowedRuns {
  double found = 0;       // the gate fails and names the benchmark
  double undecided = 0;   // it ends with exit code 4
  int wrongly_named = 0;  // gates that name another benchmark
};
SlowedRuns simulate_slowed(const compare::Measurements& recorded, double change,
                           const SimulationOptions& options);

}  // namespace reprise::gate
