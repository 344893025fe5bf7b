// Whether other threads of this process took part in some work.
#pragma once

#include <ctime>

namespace reprise::testing {

// Processor time in seconds.
inline double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// The share of the processor time of work() that other threads than this one took.
template <class Work>
double share_of_other_threads(Work&& work) {
  const double all = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  const double own = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  work();
  const double of_all = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - all;
  return 1 - (seconds_of(CLOCK_THREAD_CPUTIME_ID) - own) / of_all;
}

}  // namespace reprise::testing
