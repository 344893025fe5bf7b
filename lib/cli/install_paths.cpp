#include "cli/install_paths.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"

namespace reprise::cli {

namespace fs = std::filesystem;

std::optional<fs::path> install_folder(std::initializer_list<const char*> names) {
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

std::optional<fs::path> install_results() {
  const auto book = install_folder({"share/reprise/results/book", "results/book"});
  return book ? std::optional(book->parent_path()) : std::nullopt;
}

fs::path results_with(const char* part, const std::optional<fs::path>& wanted) {
  const auto results = wanted ? wanted : install_results();
  if (!results || !fs::is_directory(*results / part)) {
    throw Error(
        fmt::format("--results: found no directory {}/ in '{}', expected the directory results/",
                    part, results ? results->string() : ""));
  }
  return *results;
}

}  // namespace reprise::cli
