// Helpers of the replay tests: scripts from text, and stand-in data.
#pragma once

#include <fstream>
#include <string>

#include "repro/replay/script_file.hpp"
#include "repro/replay/script_run.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::replay::testing {

// Reads a script, called test.script, from its header line and its cells.
inline Script script_of(const std::string& process, const std::string& cells) {
  const reprise::testing::Scratch scratch;
  const auto file = scratch.path() / "test.script";
  std::ofstream(file) << process << '\n' << cells;
  Script script = read_script(file);
  script.file = "test.script";
  return script;
}

// Stand-in data with the sizes of the real data sets; streams depend only on these sizes.
inline const KerasCache& standin_cache() {
  static const KerasCache cache({.standin = true});
  return cache;
}

}  // namespace reprise::replay::testing
