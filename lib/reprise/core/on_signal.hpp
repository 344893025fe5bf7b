// What a signal that ends this process removes and ends before: temporary files, child processes.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>

namespace reprise {

// Ignores SIGXFSZ and installs handlers for SIGINT, SIGTERM, SIGHUP and SIGPIPE that kill the
// registered process groups, remove the registered files and end the process with 128 + signal (130
// for SIGINT, which also prints "interrupted"). A signal that is already ignored (nohup) stays
// ignored. Without this call the two classes below do nothing.
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
// groups at a time. The object has to end before its group can: a number of a group is used again.
class KillGroupOnSignal {
 public:
  explicit KillGroupOnSignal(pid_t group);
  ~KillGroupOnSignal();
  KillGroupOnSignal(const KillGroupOnSignal&) = delete;
  KillGroupOnSignal& operator=(const KillGroupOnSignal&) = delete;

 private:
  int slot_;
};

// Blocks these signals in the calling thread while it lives, for a fork: a child that received one
// before release_in_child() would remove the files of this process. Other threads handle a signal
// that this process receives meanwhile.
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
