// Parses and checks the flags of the program replay.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reprise/data/cache.hpp"

namespace reprise::replay {

struct Flags {
  std::vector<std::string> scripts;  // IDs or paths
  std::optional<std::filesystem::path> against, record;
  std::optional<std::string> cell;
  std::optional<int> threads;
  bool list = false, variants = false, quiet = false;
  CacheOptions data;
};

struct Parsed {
  Flags flags;
  bool finished = false;  // --help or --version has been printed; nothing is left to do
};

// Throws Error (exit code 2) with one line that names the flag, what was found and what was
// expected.
Parsed parse_flags(int argc, char** argv);

}  // namespace reprise::replay
