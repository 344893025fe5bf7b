// Time and memory that this operating-system process has used so far, for records.
#pragma once

#include <cstdint>

#include "reprise/core/stopwatch.hpp"

namespace reprise {

// In seconds. The wall time before main cannot be measured to better than a hundredth of a second.
// The CPU time before main, which only the loader uses, is taken in its place.
struct ProcessTimes {
  double seconds = 0;      // since the process began
  double before_main = 0;  // part of `seconds`
  double cpu = 0;          // CPU time of all threads
};

std::int64_t peak_memory_bytes();  // peak resident set size of this process
double cpu_seconds();              // CPU time of all threads, including the time before an exec

// Construct it first in main.
class ProcessClock {
 public:
  ProcessTimes times() const {
    return {before_main_ + since_main_.seconds(), before_main_, cpu_seconds()};
  }

 private:
  double before_main_ = cpu_seconds();
  Stopwatch since_main_;
};

}  // namespace reprise
