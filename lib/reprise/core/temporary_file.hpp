// Files under a temporary name: created by this process alone, locked while they are in use.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "reprise/core/on_signal.hpp"

namespace reprise {

// A new file STEM.tmp-RANDOM, which no link can redirect: 16 hexadecimal digits that no file had.
// Only the first 234 bytes of a longer stem are used, since a file name has at most 255 bytes.
// It is locked while the object lives and removed with the object, or by a signal
// (on_signal.hpp). SIGKILL leaves it; the next process that creates a file of the same stem
// removes those that are no longer locked.
class TemporaryFile {
 public:
  // `mode`: permissions, less the umask. Throws Error (exit code 2) that calls the file `name` if
  // it cannot be created.
  TemporaryFile(const std::filesystem::path& stem, const std::string& name, mode_t mode);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  int descriptor() const { return file_; }
  // Renames the file after its writer has closed it with close_written(). Returns false with errno.
  bool rename_to(const std::filesystem::path& target);
  // Closes the descriptor, after writing the bytes to the disk if `sync`; the lock stays. Returns
  // false with errno if anything could not be written.
  bool close_written(bool sync);

 private:
  std::filesystem::path path_;
  std::optional<RemovedOnSignals> removed_on_signals_;
  int file_ = -1, lock_ = -1;  // two descriptors of one open file
};

}  // namespace reprise
