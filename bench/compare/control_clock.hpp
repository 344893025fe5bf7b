// The frozen control kernel (bench/harness/control.hpp), timed by the engine itself: whatever is
// compared, and whatever a filter leaves out, results of other days and machines can be related by
// it.
#pragma once

namespace reprise::compare {

inline constexpr const char* kControlName = "frozen_1";

// Nanoseconds of one call: the shortest mean of a few runs, some milliseconds together. Throws
// Error if the kernel's answer is not what it always was.
double time_control();

}  // namespace reprise::compare
