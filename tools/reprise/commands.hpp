// The subcommands of `reprise`, one a file. Adding one: its file, its line here, in main.cpp's list
// and in tools/CMakeLists.txt.
#pragma once

#include <CLI/CLI.hpp>

#include "reprise/core/exit_code.hpp"

namespace reprise::tool {

// Each adds its subcommand with its flags and returns it. What the subcommand does is its callback,
// called at the end of parsing: it prints on standard output and throws Error for what went wrong.
CLI::App* add_list(CLI::App& app);
CLI::App* add_report(CLI::App& app);
// `code`: what the program ends with, where its answer can be no.
CLI::App* add_certify(CLI::App& app, ExitCode& code);
CLI::App* add_compare(CLI::App& app, ExitCode& code);
CLI::App* add_bench(CLI::App& app, ExitCode& code);
CLI::App* add_data(CLI::App& app);
CLI::App* add_backends(CLI::App& app);
CLI::App* add_version(CLI::App& app);

}  // namespace reprise::tool
