// Reads and writes durations ("20s", "3m", "1h30m") and fractions ("5%").
#pragma once

#include <string>

namespace reprise::compare {

// The seconds of "20s", "3m", "1m30s", "500ms" or "1.5h". Throws Error (exit code 2) whose line
// begins with `flag` for anything else, 0 included.
double parse_duration(const std::string& text, const std::string& flag);

// "0:07", "12:05", "1:02:03"
std::string clock_time(double seconds);

// "5%" and "0.05" are 0.05. Throws Error for anything else and outside (0, 1).
double parse_fraction(const std::string& text, const std::string& flag);

}  // namespace reprise::compare
