// The folders that belong to this program: beside its installation, or above its build folder.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <optional>

namespace reprise::cli {

// The first of these folders that exists in the program's own folder or in one above it. Empty if
// there is none.
std::optional<std::filesystem::path> install_folder(std::initializer_list<const char*> names);

// This program's folder results/, with the runs of Keras and the book's printed numbers.
std::optional<std::filesystem::path> install_results();

// `wanted` if the user names a folder, else install_results(). Throws Error (exit code 2) if it
// has no folder `part`.
std::filesystem::path results_with(const char* part,
                                   const std::optional<std::filesystem::path>& wanted);

}  // namespace reprise::cli
