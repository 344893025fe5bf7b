// Durations and percentages as people write them: "20s", "3m", "1h30m"; "5%".
#pragma once

#include <string>

namespace reprise::compare {

// Seconds of "20s", "3m", "1m30s", "500ms", "1.5h". Throws Error (exit code 2) whose line begins
// with `flag` for anything else, 0 included.
double parse_duration(const std::string& text, const std::string& flag);

// "0:07", "12:05", "1:02:03"
std::string clock_time(double seconds);

// 0.05 of "5%" or "0.05". Throws Error for anything else or outside (0, 1).
double parse_fraction(const std::string& text, const std::string& flag);

}  // namespace reprise::compare
