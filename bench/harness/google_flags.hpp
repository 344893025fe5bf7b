// Google Benchmark's own flags, looked at before it sees them: what it does not know it passes by,
// and for values that it cannot take it prints its help and ends with 0.
#pragma once

#include <string>
#include <vector>

namespace reprise::bench {

// "--benchmark_filter", ...: of all versions from 1.7 on.
const std::vector<std::string>& google_flags();

// "--benchmark_format=json". Throws Error (exit code 2) for an unknown flag, one without a value
// that needs it, a value that is not taken, a file that cannot be written.
void check_google_flag(const std::string& argument);

}  // namespace reprise::bench
