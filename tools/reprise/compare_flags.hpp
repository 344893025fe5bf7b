// The flags of `reprise compare`.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/compare/comparison.hpp"
#include "bench/compare/unpaired.hpp"

namespace reprise::tool {

struct CompareFlags {
  std::vector<std::string> subjects;
  bool command = false, resume = false, quiet = false, all_rounds = false, drop_decided = false;
  std::vector<std::string> backends, threads, groups, with;
  std::string filter, clock = "real_time", test = "sign";
  double min_time = 0.02, margin = 0.05, level = 0.05, timeout = 60, drift = compare::kDefaultDrift;
  std::optional<double> budget;
  std::optional<int> rounds;
  int repetitions = 10;
  std::optional<std::filesystem::path> state, json, markdown;
  std::vector<std::string> given;  // names of the flags on the command line
};

// Adds all flags, but not the positional SUBJECT. `flags` has to outlive the command.
void add_compare_flags(CLI::App& command, CompareFlags& flags);

}  // namespace reprise::tool
