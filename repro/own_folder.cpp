#include "own_folder.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"
#include "stored.hpp"

namespace reprise::book {

namespace fs = std::filesystem;

std::optional<fs::path> own_folder(std::initializer_list<const char*> names) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (auto folder = program.parent_path(); folder != folder.root_path();
       folder = folder.parent_path()) {
    for (const char* name : names) {
      if (fs::is_directory(folder / name)) return folder / name;
    }
  }
  return {};
}

fs::path results_with(const char* part, const std::optional<fs::path>& wanted) {
  const auto results = wanted ? wanted : own_results();
  if (!results || !fs::is_directory(*results / part)) {
    throw Error(fmt::format("--results: found no folder {}/ in '{}', expected results/", part,
                            results ? results->string() : ""));
  }
  return *results;
}

}  // namespace reprise::book
