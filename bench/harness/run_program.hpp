// A benchmark program: parses the flags, registers its benchmarks and the control kernel with
// Google Benchmark, and runs them.
#pragma once

#include <functional>
#include <string>

#include "bench/harness/program.hpp"

namespace reprise::bench {

// The main function of a benchmark program. Returns the exit code: 0, 1 if a benchmark failed, 2
// and 3 as in all programs.
int run_program(int argc, char** argv, const std::string& about,
                const std::function<void(Context&)>& register_benchmarks,
                const BackendFactory& factory = BackendFactory());

}  // namespace reprise::bench
