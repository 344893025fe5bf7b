// What a signal that ends us ends as well: the process group of the program that runs.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <array>

namespace reprise::compare {

// While it lives, SIGINT, SIGTERM and SIGHUP wait: between fork and KillGroupOnSignal, or a
// temporary file and the list of those that they remove, none is lost.
class BlockedSignals {
 public:
  BlockedSignals();
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  // In the child: as they were before.
  void release() const;

 private:
  sigset_t before_;
};

// While it lives, those signals kill the group before they do what they did before. A program that
// dies with us (process.cpp) leaves what it has started itself; its group has that, too.
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
