// The main function that the programs of all sections share.
#pragma once

#include <string_view>

namespace reprise::book {

// Runs the section's program and returns its exit code (core/exit_code.hpp). An error prints one
// line on standard error.
int section_main(std::string_view program, int argc, char** argv);

}  // namespace reprise::book
