// The flags of `reprise certify --mine`.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reprise/core/exit_code.hpp"
#include "repro/own_result/answer.hpp"

namespace reprise::tool {

// The experiments of all sections.
std::vector<std::string> experiment_ids();

struct MineFlags {
  std::optional<std::string> mine;
  book::Wanted wanted;
};

void add_mine_flags(CLI::App& command, MineFlags& flags);

// Prints the answer; the exit code is 1 if the numbers are not ordinary.
ExitCode answer_mine(const MineFlags& flags, const std::optional<std::filesystem::path>& results);

}  // namespace reprise::tool
