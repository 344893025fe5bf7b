// The environment of a measurement: processor, build, libraries, OpenMP settings.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace reprise {

// The object `environment` of results/schema/run-2.json. Unknown values are "unknown" or 0, never
// guessed. `isa` is the instruction set that the kernels used; "" means the fastest available.
nlohmann::json environment(std::string_view isa = "");

// The identity of this machine, which names the folder of its results: core/machine.hpp. Two
// measurements with different identities are not comparable.
std::string machine_id();

// "0.1.0 (commit 1234567, modified)"
std::string version_line();

}  // namespace reprise
