// Writes the record of replays (results/schema/replay-1.json).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "repro/replay/comparison.hpp"

namespace reprise::replay {

// The replay of one script: the comparisons in the pinned arithmetic first, then in the variants.
struct Replayed {
  Script script;
  std::vector<DataRecord> data;
  std::vector<Comparison> comparisons;
  double seconds = 0;
};

// Writes the record under a temporary name and renames it. Throws Error if it cannot be written.
void write_record(const std::filesystem::path& file, const std::vector<Replayed>& replays);

}  // namespace reprise::replay
