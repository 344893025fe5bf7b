// Checks the files that a command will write, before it computes anything.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reprise::cli {

// A flag and the file that it names, if it was given.
using OutputFile = std::pair<std::string, std::optional<std::filesystem::path>>;

// Throws Error (exit code 2) if an output is one of the inputs or another output, by whatever name:
// it would replace what the command has just read or written.
void require_own_files(const std::vector<OutputFile>& outputs,
                       const std::vector<std::filesystem::path>& inputs);

}  // namespace reprise::cli
