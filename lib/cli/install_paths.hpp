// Finds directories of the installation, or of the source tree when run from a build directory.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <optional>

namespace reprise::cli {

// The first of these directories that exists in the directory of the program or one above it. Empty
// if there is none.
std::optional<std::filesystem::path> install_folder(std::initializer_list<const char*> names);

// The directory results/ with the reference runs of Keras and the printed numbers of the book.
std::optional<std::filesystem::path> install_results();

// `wanted` if given, else install_results(). Throws Error (exit code 2) if the directory does not
// contain the subdirectory `part`.
std::filesystem::path results_with(const char* part,
                                   const std::optional<std::filesystem::path>& wanted);

}  // namespace reprise::cli
