// Rejects requests that match no benchmark.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/harness/program.hpp"

namespace reprise::bench {

// Removes `--row NAME` from the arguments and appends the flags that select this benchmark: the
// settings that its name contains, and a filter that matches only this name. Returns the name
// without Google Benchmark's suffix. Throws Error (exit code 2) if no name follows --row.
std::optional<std::string> take_benchmark_name(std::vector<std::string>& arguments);

// Call it after all benchmarks are registered. Throws Error (exit code 2) for a --case that the
// program does not have, for a backend, number of threads, dtype or cache for which it has no
// benchmark, and for an unknown `name` (then with the most similar one).
void check_requests(const Context& context, const std::optional<std::string>& name);

// Throws Error (exit code 2) if --benchmark_filter matches none of the registered benchmarks.
// Google Benchmark only prints a message in this case and exits with 0.
void check_filter(const Context& context, const std::vector<std::string>& arguments);

}  // namespace reprise::bench
