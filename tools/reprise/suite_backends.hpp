// The backends that `reprise bench` compares on this machine.
#pragma once

#include <string>
#include <vector>

#include "bench/suite/parts.hpp"

namespace reprise::tool {

// The backends with these names. Throws Error (exit code 3) if one cannot be used. Without names,
// all but the reference, those that cannot be used with the reason: the reference BLAS is no
// contender for speed, and the system's BLAS may be a library that has a name of its own.
std::vector<suite::SuiteBackend> suite_backends(const std::vector<std::string>& names);

}  // namespace reprise::tool
