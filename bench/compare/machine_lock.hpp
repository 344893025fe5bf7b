// Only one measurement at a time runs on a machine: two would disturb each other.
#pragma once

#include <string>

namespace reprise::compare {

class MachineLock {
 public:
  // Locks /tmp/reprise-measure.lock: the same file for every user and wherever TMPDIR points (only
  // tests set $REPRISE_MEASURE_LOCK). The lock ends with the process, however that ends. Throws
  // Error (exit code 2) that names the process that holds it. If the lock cannot be created,
  // measuring continues with a warning.
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
