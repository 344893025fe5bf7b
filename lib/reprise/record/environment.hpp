// What a number was measured on: processor, build, libraries, OpenMP settings.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace reprise {

// See results/schema/run-1.json, `environment`. Unknown things are "unknown" or 0, never guessed.
nlohmann::json environment();

// "0.1.0 (commit 1234567, modified)"
std::string version_line();

}  // namespace reprise
