// A signal that ends this process also ends the process group of the program that it runs.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <array>

namespace reprise::compare {

// Blocks SIGINT, SIGTERM and SIGHUP while it lives. A signal that arrives between fork and
// KillGroupOnSignal, or between creating a temporary file and registering it for removal, is
// delivered afterwards.
class BlockedSignals {
 public:
  BlockedSignals();
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  // Restores the signal mask; for the child after fork.
  void release() const;

 private:
  sigset_t before_;
};

// While it lives, these signals first kill the process group, then do what they did before. A
// program dies with this process anyway (process.cpp), but not what it has started itself; that is
// in its group, too.
class KillGroupOnSignal {
 public:
  explicit KillGroupOnSignal(pid_t group);
  ~KillGroupOnSignal();
  KillGroupOnSignal(const KillGroupOnSignal&) = delete;
  KillGroupOnSignal& operator=(const KillGroupOnSignal&) = delete;

 private:
  std::array<struct sigaction, 3> before_;
};

}  // namespace reprise::compare
