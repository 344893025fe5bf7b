// What a process has taken so far, for records.
#pragma once

#include <cstdint>

#include "reprise/core/stopwatch.hpp"

namespace reprise {

// Seconds. The wall time before main is nobody's to measure to better than a hundredth; its
// processor time, which nothing but the loader uses, stands for it.
struct ProcessTimes {
  double seconds = 0;      // since the process began
  double before_main = 0;  // of them
  double cpu = 0;          // processor time of all threads
};

std::int64_t peak_memory_bytes();  // largest resident size of this process
double cpu_seconds();              // of all threads of this process, across exec

// Made as the first thing of main.
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
