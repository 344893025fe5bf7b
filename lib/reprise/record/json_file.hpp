// Reads a JSON file.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

namespace reprise {

// The document in `file`. Throws Error (exit code 2), which names what was expected, if the file
// cannot be read or is not JSON.
nlohmann::json read_json(const std::filesystem::path& file, std::string_view expected = "JSON");

}  // namespace reprise
