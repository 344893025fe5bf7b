// reprise data: the files of Keras's data sets: listed, fetched, verified, converted.
#pragma once

#include <CLI/CLI.hpp>

namespace reprise::tool {

// Adds the subcommand with its own subcommands and returns it. They work in their callbacks, at the
// end of parsing: they print on standard output and throw Error for what went wrong (exit code 1: a
// file has the wrong content; 2: wrong use, a wrong download; 3: a file is missing).
CLI::App* add_data(CLI::App& app);

}  // namespace reprise::tool
