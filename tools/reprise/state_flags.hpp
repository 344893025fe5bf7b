// The flags --state and --resume, which compare and gate share.
#pragma once

#include <filesystem>
#include <optional>

namespace reprise::tool {

// Throws Error (exit code 2) for --resume without --state, and for a state that exists already
// without --resume.
void require_state_to_begin(const std::optional<std::filesystem::path>& state, bool resume);

}  // namespace reprise::tool
