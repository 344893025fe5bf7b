#include "reprise/core/on_signal.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace reprise {

namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

// Registered files and groups are kept in arrays, since a signal handler may neither allocate nor
// lock. A slot is taken by one thread and visible to the handler when it is filled.
constexpr int kSlots = 64, kPathBytes = 4096;
char paths[kSlots][kPathBytes];
std::atomic<bool> path_taken[kSlots], path_filled[kSlots];
std::atomic<pid_t> groups[kSlots];  // 0 is a free slot
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free);

void clean_up_and_exit(int signal) {
  for (const auto& group : groups) {
    if (group > 0) kill(-group, SIGKILL);
  }
  for (int slot = 0; slot < kSlots; ++slot) {
    if (path_filled[slot]) unlink(paths[slot]);
  }
  if (signal == SIGINT) {
    const char* parts[] = {program_invocation_short_name, ": interrupted\n"};
    for (const char* part : parts) {
      if (write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
    }
  }
  _exit(128 + signal);
}

}  // namespace

void remove_temporary_files_on_signals() {
  for (const int signal : kSignals) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::signal(signal, clean_up_and_exit);
  }
  ::signal(SIGXFSZ, SIG_IGN);  // write() then fails with EFBIG, which is reported
}

RemovedOnSignals::RemovedOnSignals(const std::string& path) : slot_(-1) {
  if (path.size() >= kPathBytes) return;
  for (int slot = 0; slot < kSlots && slot_ < 0; ++slot) {
    if (path_taken[slot].exchange(true)) continue;
    std::strcpy(paths[slot], path.c_str());
    path_filled[slot] = true;
    slot_ = slot;
  }
}

RemovedOnSignals::~RemovedOnSignals() {
  if (slot_ < 0) return;
  path_filled[slot_] = false;
  path_taken[slot_] = false;
}

KillGroupOnSignal::KillGroupOnSignal(pid_t group) : slot_(-1) {
  for (int slot = 0; slot < kSlots && slot_ < 0; ++slot) {
    pid_t free = 0;
    if (groups[slot].compare_exchange_strong(free, group)) slot_ = slot;
  }
}

KillGroupOnSignal::~KillGroupOnSignal() {
  if (slot_ >= 0) groups[slot_] = 0;
}

BlockedSignals::BlockedSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kSignals) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, &before_);
}

BlockedSignals::~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

void BlockedSignals::release_in_child() const {
  for (const int signal : kSignals) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::signal(signal, SIG_DFL);
  }
  ::signal(SIGXFSZ, SIG_DFL);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace reprise
