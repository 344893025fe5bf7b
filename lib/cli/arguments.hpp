// Hands the arguments of a command line to the options of a CLI::App, each as it stands.
//
// CLI11 defines the options, prints --help and runs the checks, but it does not read the arguments
// itself: it would take "[a,b]" apart, end a command at "++", let one flag take several values,
// skip the empty value of "--flag=" and take the next argument instead, and read "{}" as nothing.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace reprise::cli {

struct TakenArguments {
  CLI::App* command;                  // the innermost command that was named, or the program
  std::vector<std::string> commands;  // the names on the way to it
  std::vector<std::string> unknown;   // arguments that belong to no option, in their order
};

// Adds every argument (without the program's name) to its option:
//   --flag                 a flag; "--flag=x" is refused
//   --option x, --option=x exactly one value per option, whatever it begins with; only a flag of
//                          the command has to be given as --option=--flag
//   --                     everything behind it is positional
//   x                      the name of a command, else a positional argument
// Throws Error (exit code 2) for an option without a value or with an empty one, for a flag with a
// value and for an empty positional argument. Arguments that no option takes are returned.
TakenArguments take_arguments(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace reprise::cli
