// The subcommands of `reprise`, one in each file. To add one, write its file and add it here, to
// the list in main.cpp and to tools/CMakeLists.txt.
#pragma once

#include <CLI/CLI.hpp>

#include "reprise/core/exit_code.hpp"

namespace reprise::tool {

// Each function adds a subcommand with its flags and returns it. The subcommand's callback, called
// at the end of parsing, prints on standard output and throws Error if something is wrong.
CLI::App* add_list(CLI::App& app);
CLI::App* add_report(CLI::App& app);
// The callback sets `code`, the exit code of the program, if its answer can be no.
CLI::App* add_certify(CLI::App& app, ExitCode& code);
CLI::App* add_compare(CLI::App& app, ExitCode& code);
CLI::App* add_gate(CLI::App& app, ExitCode& code);
CLI::App* add_bench(CLI::App& app, ExitCode& code);
CLI::App* add_speed(CLI::App& app, ExitCode& code);
CLI::App* add_data(CLI::App& app);
CLI::App* add_backends(CLI::App& app);
CLI::App* add_version(CLI::App& app);

}  // namespace reprise::tool
