// The frozen control kernel (bench/harness/control.hpp), timed by the engine itself. It relates
// results of different days and machines, whatever is compared and whatever a filter leaves out.
#pragma once

namespace reprise::compare {

inline constexpr const char* kControlName = "frozen_1";

// Nanoseconds of one call: the shortest mean of 8 runs of 16 calls, which take some milliseconds.
// Throws Error if the kernel's answer is wrong.
double time_control();

}  // namespace reprise::compare
