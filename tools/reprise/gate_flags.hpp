// The flags of `reprise gate`.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/gate/built.hpp"
#include "bench/gate/plan.hpp"

namespace reprise::tool {

struct GateFlags {
  std::string base, head;
  bool command = false, resume = false, quiet = false, bisect = false, no_merge_base = false;
  gate::BuildCommands build;
  std::string filter, clock = "real_time", bits = "warn", missing = "fail", summary = "auto";
  std::vector<std::string> with;
  double min_time = gate::kMinTime, margin = 0.05, level = 0.01, budget = 180, timeout = 60,
         build_timeout = 3600;
  int repetitions = 10;
  std::optional<std::filesystem::path> state, json, markdown, junit, accepted;
  std::vector<std::string> given;  // names of the flags on the command line
};

// Adds BASE and HEAD and all flags. `flags` has to outlive the command.
void add_gate_flags(CLI::App& command, GateFlags& flags);

// Throws Error (exit code 2) for flags that contradict each other or have no effect.
void require_consistent(const GateFlags& flags);

}  // namespace reprise::tool
