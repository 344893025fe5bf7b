// Samples of layers in files, for comparisons that start many processes.
#pragma once

#include <filesystem>
#include <optional>

#include "bench/harness/training_set.hpp"

namespace reprise::bench {

// Writes the inputs of a set. A file that cannot be written is no error: the samples are taken from
// the data set again then.
void write_samples(const std::filesystem::path& file, const TrainingSet& set);

// Nothing if the file is missing or damaged.
std::optional<TrainingSet> read_samples(const std::filesystem::path& file);

}  // namespace reprise::bench
