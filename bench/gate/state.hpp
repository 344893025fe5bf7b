// The state that an interrupted gate leaves, so that it can go on.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/compare/measurements.hpp"
#include "bench/gate/plan.hpp"

namespace reprise::gate {

// The rounds and nothing that follows from them (decide.hpp).
struct GateState {
  std::optional<compare::Measurements> screen{}, fresh{};  // before the first round: none
  double seconds = 0;                                      // of all sessions
  double min_time = 0;  // seconds for which each process measures a benchmark
  std::vector<std::string> warnings{};
  std::vector<int> screen_looks{}, confirm_looks{};  // that were made (flow.hpp)
};

// Everything that the rounds depend on: machine, programs, commits and options.
std::string state_key(const GatePlan& plan);

// Writes a temporary file and renames it, so that the file is complete at any moment.
void write_state(const std::filesystem::path& file, const std::string& key, const GateState& state);
// Throws Error (exit code 2) that names the file if it is missing, cut off, of another schema or of
// another gate.
GateState read_state(const std::filesystem::path& file, const std::string& key);

}  // namespace reprise::gate
