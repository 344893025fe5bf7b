// What a number was measured on: processor, build, libraries, OpenMP settings.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace reprise {

// See results/schema/run-2.json, `environment`. Unknown things are "unknown" or 0, never guessed.
// `isa`: what the kernels used; "" means the fastest of this processor.
nlohmann::json environment(std::string_view isa = "");

// "0.1.0 (commit 1234567, modified)"
std::string version_line();

}  // namespace reprise
