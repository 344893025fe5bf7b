// Reads what `reprise compare --json` wrote before schema reprise/comparison/2.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace reprise::compare {

// A document of schema reprise/comparison/1 with the names and objects of reprise/comparison/2. The
// contenders' configurations are empty: schema 1 has none. Throws Error (exit code 2) that begins
// with `name` if something is missing or of another type.
nlohmann::json upgrade_comparison_1(nlohmann::json document, const std::string& name);

}  // namespace reprise::compare
