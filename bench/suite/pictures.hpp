// The two pictures of `reprise bench`, by gnuplot; of a run without the part `layers` there are
// none. Both throw Error (exit code 3) without gnuplot.
#pragma once

#include <filesystem>

#include "bench/suite/parts.hpp"

namespace reprise::compare {

// A row a layer, a column a backend and number of threads: the time in each field, its shade how
// many times the row's best it is.
void draw_layers(const SuiteResult& result, const std::filesystem::path& file);

// Operations a second over operations a byte, below this machine's measured ceilings: each row at
// its fastest contender.
void draw_roofline(const SuiteResult& result, const std::filesystem::path& file);

}  // namespace reprise::compare
