// Scripts as text and data for the tests of replays.
#pragma once

#include <fstream>
#include <string>

#include "repro/replay/script_run.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::replay::testing {

// The script of these lines after "process keras=VERSION", in a file test.script.
inline Script script_of(const std::string& process, const std::string& cells) {
  const reprise::testing::Scratch scratch;
  const auto file = scratch.path() / "test.script";
  std::ofstream(file) << process << '\n' << cells;
  Script script = read_script(file);
  script.file = "test.script";
  return script;
}

// Data of the real sets' sizes, which is all that streams depend on.
inline const KerasCache& standin_cache() {
  static const KerasCache cache({.standin = true});
  return cache;
}

}  // namespace reprise::replay::testing
