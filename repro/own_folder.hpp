// Folders that belong to this program.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <optional>

namespace reprise::book {

// The first folder of these names beside an installation or above the build. Nothing where it is
// neither.
std::optional<std::filesystem::path> own_folder(std::initializer_list<const char*> names);

// results/ of this program. `wanted` in its place where the user names one. Throws Error (exit code
// 2) if there is no folder `part` in it.
std::filesystem::path results_with(const char* part,
                                   const std::optional<std::filesystem::path>& wanted);

}  // namespace reprise::book
