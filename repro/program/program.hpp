// The command line that every section's program has.
#pragma once

#include <string_view>

namespace reprise::book {

// Runs the section's program; returns its exit code (core/exit_code.hpp). Errors are one line on
// standard error.
int section_main(std::string_view program, int argc, char** argv);

}  // namespace reprise::book
