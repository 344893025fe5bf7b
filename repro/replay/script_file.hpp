// Reads session scripts from files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "repro/replay/script.hpp"

namespace reprise::replay {

// Reads a script. Throws Error (exit code 2) with the file, the line, what was found and what was
// expected.
Script read_script(const std::filesystem::path& file);

// Returns the directory of the scripts that come with this program, in the installation or in the
// source tree. Throws Error (exit code 3) if there is none.
std::filesystem::path own_scripts();

// Returns the scripts in that directory, sorted by ID.
std::vector<Script> list_scripts();

// Finds a script by the ID of one that comes with the program, or by its path. Throws Error (exit
// code 2) if there is no such script.
Script find_script(const std::string& name);

}  // namespace reprise::replay
