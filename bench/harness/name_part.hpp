// The parts of a benchmark's name, which '/' separates.
#pragma once

#include <string>

namespace reprise::bench {

// The value of a setting as a part of a name: a backend may be "blas:/opt/lib.so", which becomes
// "blas:%2Fopt%2Flib.so".
std::string name_part(const std::string& text);
std::string text_of_name_part(std::string part);

// The name without the clock that Google Benchmark appends: "/process_time/real_time".
std::string without_clock(std::string name);

}  // namespace reprise::bench
