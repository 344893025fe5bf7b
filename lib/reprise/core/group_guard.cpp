#include "reprise/core/group_guard.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace reprise {

namespace {

// Runs after fork, with all signals blocked: only async-signal-safe calls.
[[noreturn]] void guard(pid_t group, pid_t parent) {
  // else locks and pipes that this process closes would stay open here
  if (close_range(0, ~0U, 0) != 0) {
    for (int file = 0; file < 1024; ++file) close(file);
  }
  if (setpgid(0, group) != 0) _exit(1);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  // a SIGTERM may also be sent to the group, and when the thread that called fork ends
  while (getppid() == parent) sigwaitinfo(&end, nullptr);
  kill(-group, SIGKILL);
  _exit(0);
}

}  // namespace

GroupGuard::GroupGuard(pid_t group) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t parent = getpid();
  guard_ = fork();
  if (guard_ == 0) guard(group, parent);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (guard_ > 0) setpgid(guard_, group);  // in parent and child: either may run first
}

GroupGuard::~GroupGuard() {
  if (guard_ < 0) return;
  kill(guard_, SIGKILL);
  while (waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace reprise
