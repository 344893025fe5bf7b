// The state that an interrupted comparison leaves, so that it can be resumed.
#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "bench/compare/comparison_plan.hpp"
#include "bench/compare/looks.hpp"
#include "bench/compare/measurements.hpp"

namespace reprise::compare {

// Everything that the rounds depend on: the machine, the commands, the programs' files (size and
// time of last change) and the options. Rounds with different keys do not belong together.
std::string state_key(const ComparisonPlan& plan);

struct State {
  AlphaLedger ledger;
  Measurements measurements;
  int planned_rounds = 0;  // as asked for; a budget may have left fewer in the ledger's looks
  double seconds = 0;      // duration of all sessions
  double min_time = 0;     // seconds for which each process measures a benchmark
  std::vector<std::string> noise_warnings{};  // of all sessions
};

// Writes a temporary file and renames it, so that the file is complete at any moment.
void write_state(const std::filesystem::path& file, const std::string& key, const State& state);

// Throws Error (exit code 2) that names the file if it is missing, cut off, of another schema or of
// another comparison, or if a number in it cannot be. `longest`: seconds, the measuring time of
// each benchmark that was asked for.
State read_state(const std::filesystem::path& file, const std::string& key,
                 double longest = std::numeric_limits<double>::infinity());

}  // namespace reprise::compare
