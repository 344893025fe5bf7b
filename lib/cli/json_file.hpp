// Reads a JSON file for a program.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace reprise::cli {

// The document in `file`. Throws Error (exit code 2) if the file cannot be read or is not JSON.
nlohmann::json read_json(const std::filesystem::path& file);

}  // namespace reprise::cli
