// reprise gate accept: notes an intended slowdown in the committed file.
#pragma once

#include <CLI/CLI.hpp>

namespace reprise::tool {

CLI::App* add_gate_accept(CLI::App& gate);

}  // namespace reprise::tool
