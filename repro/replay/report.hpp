// The record of replays (results/schema/replay-1.json).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "repro/replay/comparison.hpp"

namespace reprise::replay {

// A script's replay: what was compared, in the pinned arithmetic first, then in the variants.
struct Replayed {
  Script script;
  std::vector<DataRecord> data;
  std::vector<Comparison> comparisons;
  double seconds = 0;
};

// Written under a temporary name, then renamed. Throws Error if it cannot be.
void write_record(const std::filesystem::path& file, const std::vector<Replayed>& replays);

}  // namespace reprise::replay
