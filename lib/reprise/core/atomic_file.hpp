// A file that is there whole or not at all: written under a temporary name, then renamed.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>

namespace reprise {

// Makes the folder if need be. Throws Error (exit code 2) if files cannot be made in it.
void require_writable_folder(const std::filesystem::path& folder);

// From now on SIGINT, SIGTERM, SIGHUP, SIGPIPE and SIGXFSZ remove the temporary files that are
// there and end the process with 128 + signal (130 for SIGINT, which also says "interrupted"); one
// that is ignored already (nohup) stays ignored.
void remove_temporary_files_on_signals();

// A file that these signals remove while the object is there.
class RemovedOnSignals {
 public:
  explicit RemovedOnSignals(const std::string& path);
  ~RemovedOnSignals();
  RemovedOnSignals(const RemovedOnSignals&) = delete;
  RemovedOnSignals& operator=(const RemovedOnSignals&) = delete;

 private:
  int slot_;  // in the list of them, or -1: that is full
};

class AtomicFile {
 public:
  // Opens a temporary file beside `path`. Throws Error (exit code 2) if that cannot be written, or
  // if `path` is something other than a regular file, so that a run fails before it computes.
  explicit AtomicFile(const std::filesystem::path& path);
  // Removes the temporary file unless commit() was called.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  std::ostream& stream() { return out_; }
  const std::filesystem::path& temporary_path() const { return temporary_; }
  // Gives the file its name. Throws Error if the disk took not all of it.
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  std::ofstream out_;
  std::optional<RemovedOnSignals> removed_on_signals_;
  bool committed_ = false;
};

// A file of what `write(stream)` writes. Throws as AtomicFile does.
template <class Write>
void write_file(const std::filesystem::path& path, Write write) {
  AtomicFile file(path);
  write(file.stream());
  file.commit();
}

}  // namespace reprise
