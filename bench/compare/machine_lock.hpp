// One measurement at a time on a machine: two would measure each other.
#pragma once

namespace reprise::compare {

class MachineLock {
 public:
  // Takes the lock `reprise-measure.lock` in $TMPDIR or /tmp; it goes with the process, however
  // that ends. Throws Error (exit code 2) that names the process that has it.
  MachineLock();
  ~MachineLock();
  MachineLock(const MachineLock&) = delete;
  MachineLock& operator=(const MachineLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace reprise::compare
