// Ends a process group when this process is killed.
#pragma once

#include <sys/types.h>

namespace reprise {

// A process in the group that kills the group once this process has ended, even by SIGKILL: the
// kernel tells the end of a process only to its own children, and these may have started others.
// While the guard exists, no other group receives the group's number. Without a guard, if none can
// be created, nothing fails.
class GroupGuard {
 public:
  // `group` is led by a child of this process that has not been waited for.
  explicit GroupGuard(pid_t group);
  // Ends the guard.
  ~GroupGuard();
  GroupGuard(const GroupGuard&) = delete;
  GroupGuard& operator=(const GroupGuard&) = delete;

 private:
  pid_t guard_;
};

}  // namespace reprise
