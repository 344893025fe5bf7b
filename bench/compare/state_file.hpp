// What an interrupted comparison leaves, to be gone on with.
#pragma once

#include <filesystem>
#include <string>

#include "bench/compare/comparison.hpp"

namespace reprise::compare {

// What the rounds of a comparison follow from: the machine, commands, the programs' files (size and
// time of the last change), options. Rounds of another key do not go together.
std::string state_key(const ComparisonPlan& plan);

struct State {
  Looks looks;
  Measurements measurements;
  int planned = 0;  // rounds that were asked for; a budget may have left fewer in `looks`
  std::vector<LookMade> looks_made{};         // what was shown, and so has spent of the level
  double seconds = 0;                         // that the rounds took
  std::vector<std::string> noise_warnings{};  // of all sessions
};
// Written under a temporary name, then renamed: whole at any moment.
void write_state(const std::filesystem::path& file, const std::string& key, const State& state);

// Throws Error (exit code 2) that names the file: not there, cut, of another comparison.
State read_state(const std::filesystem::path& file, const std::string& key);

}  // namespace reprise::compare
