// Locks between processes. The kernel releases one when its file is closed, however a process ends.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "reprise/core/on_signal.hpp"

namespace reprise {

// What trying to lock an open file finds: the lock is ours, another holder has it, or the file
// system has no locks (errno says why).
enum class Locked { ours, taken, failed };
Locked try_lock(int file);

// Whether `path` still names this open file.
bool names(const std::filesystem::path& path, int file);

// Writes the number of this process into a lock file. Does nothing if the file cannot be written.
void write_holder(int file);
// "process 123", what write_holder has written, or "another process".
std::string holder_of(int file);

// What a file is opened for: to_lock is content with a file of another user that can only be read.
enum class Opened { to_write, to_lock };

// Opens or creates a regular file, never through a symbolic link, and locks it. If another process
// holds the lock, calls `taken(file)` once, which may throw, and then waits. Returns the open file,
// which `path` names, or -1 with errno; a file that it created and could not lock is removed.
int open_locked(const std::filesystem::path& path, Opened opened,
                const std::function<void(int file)>& taken);

// Keeps other processes and other objects of this process from changing a file or a directory while
// the object lives. The lock is the file .NAME.reprise-lock beside the target NAME, of which the
// first 200 bytes are used, or .reprise-lock in a target that is a directory; it contains the
// number of the process. It is removed with the object. A killed process leaves the file, but not
// the lock: the next object takes and removes it. On a file system without locks nothing is locked.
class FileLock {
 public:
  // Throws Error (exit code 2) that names the target if another process holds the lock, if the
  // target is no directory and cannot be written (target_file.hpp), or if the lock file cannot be
  // created or contains something else than a number. Symbolic links to the target are followed.
  explicit FileLock(const std::filesystem::path& target);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  std::filesystem::path path_;
  int file_ = -1;
  std::optional<RemovedOnSignals> removed_on_signals_;
};

}  // namespace reprise
