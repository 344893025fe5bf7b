// One measurement at a time on a machine: two would measure each other.
#pragma once

#include <string>

namespace reprise::compare {

class MachineLock {
 public:
  // Takes /tmp/reprise-measure.lock, the same file for every user and wherever TMPDIR points (for
  // tests alone: $REPRISE_MEASURE_LOCK); it goes with the process, however that ends. Throws Error
  // (exit code 2) that names the process that has it. Where no lock can be had one measures
  // without.
  MachineLock();
  ~MachineLock();
  MachineLock(const MachineLock&) = delete;
  MachineLock& operator=(const MachineLock&) = delete;

  // Why there is no lock, or "".
  const std::string& warning() const { return warning_; }

 private:
  int file_ = -1;
  std::string warning_;
};

}  // namespace reprise::compare
