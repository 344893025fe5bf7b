// What the user asked for and nothing is there to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/harness/program.hpp"

namespace reprise::bench {

// Takes --row out of the arguments, wherever it stands, and puts in its place the settings that the
// name holds and a filter for just it. Throws Error (exit code 2) where no name follows.
std::optional<std::string> take_row(std::vector<std::string>& arguments);

// After all rows are registered: throws Error (exit code 2) for a case that is none of the
// subject's, for a backend, number of threads, type or cache with which no row is computed, and for
// a `row` that is none, with the one that is nearest.
void check_requests(const Context& context, const std::optional<std::string>& row);

// Throws Error (exit code 2) if --benchmark_filter leaves none of the registered rows: Google
// Benchmark then says so and ends with 0.
void check_filter(const Context& context, const std::vector<std::string>& arguments);

}  // namespace reprise::bench
