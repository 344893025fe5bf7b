// The two pictures of `reprise bench`, drawn by gnuplot. Both show the part `layers`; without it
// nothing is written. Both throw Error (exit code 3) if gnuplot is not installed.
#pragma once

#include <filesystem>

#include "bench/suite/parts.hpp"

namespace reprise::suite {

// A table with one row for each layer and one column for each configuration. A cell shows the time;
// it is the darker, the slower the configuration is relative to the fastest in its row.
void draw_layers(const SuiteResult& result, const std::filesystem::path& file);

// A roofline: GFLOP/s over operations per byte for each layer with its fastest configuration, and
// the measured peak rates as ceilings.
void draw_roofline(const SuiteResult& result, const std::filesystem::path& file);

}  // namespace reprise::suite
