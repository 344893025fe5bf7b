// Samples of layers and networks in files, for comparisons that start many processes.
#pragma once

#include <filesystem>
#include <optional>

#include "bench/harness/training_set.hpp"

namespace reprise::bench {

// Writes a set, with or without targets. A file that cannot be written is no error: the samples are
// taken from the data set again then.
void write_samples(const std::filesystem::path& file, const TrainingSet& set);

// Nothing if the file is missing or damaged.
std::optional<TrainingSet> read_samples(const std::filesystem::path& file);

}  // namespace reprise::bench
