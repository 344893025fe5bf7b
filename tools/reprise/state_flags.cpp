#include "tools/reprise/state_flags.hpp"

#include <fmt/format.h>

#include <system_error>

#include "reprise/core/error.hpp"

namespace reprise::tool {

void require_state_to_begin(const std::optional<std::filesystem::path>& state, bool resume) {
  if (resume && !state) throw Error("--resume needs --state FILE");
  std::error_code failed;
  if (state && !resume && std::filesystem::exists(*state, failed)) {
    throw Error(
        fmt::format("--state: found '{}', which exists already, expected --resume to continue it, "
                    "or another file",
                    state->string()));
  }
}

}  // namespace reprise::tool
