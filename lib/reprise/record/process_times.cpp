#include "reprise/record/process_times.hpp"

#include <sys/resource.h>

namespace reprise {

namespace {

rusage usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

std::int64_t peak_memory_bytes() { return std::int64_t{usage().ru_maxrss} * 1024; }  // KiB on Linux

double cpu_seconds() {
  const rusage used = usage();
  return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

}  // namespace reprise
