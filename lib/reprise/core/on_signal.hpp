// What a signal that ends this process removes and ends before: temporary files, child processes.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>

namespace reprise {

// Installs handlers for SIGINT, SIGTERM, SIGHUP, SIGPIPE and SIGXFSZ that kill the registered
// process groups, remove the registered files and end the process with 128 + signal (130 for
// SIGINT, which also prints "interrupted"). A signal that is already ignored (nohup) stays ignored.
// Without this call the two classes below do nothing.
void remove_temporary_files_on_signals();

// Registers a file that these signals remove during the lifetime of the object. At most 64 files
// are registered at a time, with paths of at most 4095 bytes; a signal leaves any other one behind.
class RemovedOnSignals {
 public:
  explicit RemovedOnSignals(const std::string& path);
  ~RemovedOnSignals();
  RemovedOnSignals(const RemovedOnSignals&) = delete;
  RemovedOnSignals& operator=(const RemovedOnSignals&) = delete;

 private:
  int slot_;  // index into the list of registered files, -1 if the list was full
};

// Registers a process group that these signals kill during the lifetime of the object, at most 64
// groups at a time. A child dies with this process anyway (process.cpp), but not what it has
// started itself; that is in its group, too.
class KillGroupOnSignal {
 public:
  explicit KillGroupOnSignal(pid_t group);
  ~KillGroupOnSignal();
  KillGroupOnSignal(const KillGroupOnSignal&) = delete;
  KillGroupOnSignal& operator=(const KillGroupOnSignal&) = delete;

 private:
  int slot_;
};

// Blocks SIGINT, SIGTERM and SIGHUP in this thread while it lives: one that arrives between fork
// and KillGroupOnSignal is delivered afterwards.
class BlockedSignals {
 public:
  BlockedSignals();
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  // For the child after fork: sets the handlers of this process back to the default, so that the
  // child removes nothing, and restores the signal mask.
  void release_in_child() const;

 private:
  sigset_t before_;
};

}  // namespace reprise
