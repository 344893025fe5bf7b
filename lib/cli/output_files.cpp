#include "cli/output_files.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"

namespace reprise::cli {

namespace fs = std::filesystem;

namespace {

bool are_same(const fs::path& a, const fs::path& b) {
  std::error_code failed;
  if (fs::equivalent(a, b, failed)) return true;  // also by a link or as a hard link
  return fs::weakly_canonical(a, failed) == fs::weakly_canonical(b, failed);
}

}  // namespace

void require_own_files(const std::vector<OutputFile>& outputs,
                       const std::vector<fs::path>& inputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& [flag, file] = outputs[i];
    if (!file) continue;
    const auto refuse = [&, &f = flag, &named = *file](const std::string& what) {
      throw Error(fmt::format("{}: found '{}', which is {}, expected another file", f,
                              printable(named.string()), what));
    };
    for (const fs::path& input : inputs) {
      if (are_same(*file, input)) refuse("an input of the command");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (outputs[j].second && are_same(*file, *outputs[j].second)) {
        refuse("the file of " + outputs[j].first);
      }
    }
  }
}

}  // namespace reprise::cli
