#include "bench/compare/kill_group_on_signal.hpp"

namespace reprise::compare {

namespace {

constexpr std::array<int, 3> kSignals{SIGINT, SIGTERM, SIGHUP};
volatile sig_atomic_t running_group = 0;
std::array<struct sigaction, 3> chained;

void kill_group(int signal) {
  if (running_group > 0) kill(-running_group, SIGKILL);
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    if (kSignals[i] != signal) continue;
    if (chained[i].sa_handler == SIG_IGN) return;
    if (chained[i].sa_handler != SIG_DFL) {
      chained[i].sa_handler(signal);
      return;
    }
  }
  // the default action ends this process, once the return from here unblocks the signal
  ::signal(signal, SIG_DFL);
  raise(signal);
}

sigset_t blocked_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kSignals) sigaddset(&set, signal);
  return set;
}

}  // namespace

BlockedSignals::BlockedSignals() {
  const sigset_t set = blocked_signals();
  sigprocmask(SIG_BLOCK, &set, &before_);
}
BlockedSignals::~BlockedSignals() { release(); }
void BlockedSignals::release() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }

KillGroupOnSignal::KillGroupOnSignal(pid_t group) {
  running_group = group;
  struct sigaction action {};
  action.sa_handler = kill_group;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &before_[i]);
    // a signal that is ignored (nohup) stays ignored
    if (before_[i].sa_handler == SIG_IGN) continue;
    chained[i] = before_[i];
    sigaction(kSignals[i], &action, nullptr);
  }
}

KillGroupOnSignal::~KillGroupOnSignal() {
  running_group = 0;
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

}  // namespace reprise::compare
