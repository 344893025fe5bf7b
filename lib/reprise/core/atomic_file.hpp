// Files that appear complete or not at all: they are written under a temporary name, then renamed.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>

namespace reprise {

// Creates the directory if it does not exist. Throws Error (exit code 2) if files cannot be created
// in it.
void require_writable_folder(const std::filesystem::path& folder);

// Installs handlers for SIGINT, SIGTERM, SIGHUP, SIGPIPE and SIGXFSZ that remove the existing
// temporary files and end the process with 128 + signal (130 for SIGINT, which also prints
// "interrupted"). A signal that is already ignored (nohup) stays ignored.
void remove_temporary_files_on_signals();

// Registers a file that these signals remove during the lifetime of the object.
class RemovedOnSignals {
 public:
  explicit RemovedOnSignals(const std::string& path);
  ~RemovedOnSignals();
  RemovedOnSignals(const RemovedOnSignals&) = delete;
  RemovedOnSignals& operator=(const RemovedOnSignals&) = delete;

 private:
  int slot_;  // index into the list of registered files, -1 if the list was full
};

class AtomicFile {
 public:
  // Opens a temporary file beside `path`. Throws Error (exit code 2) if it cannot be written or
  // `path` exists and is not a regular file, so that a program fails before it computes anything.
  explicit AtomicFile(const std::filesystem::path& path);
  // Removes the temporary file unless commit() was called.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  std::ostream& stream() { return out_; }
  const std::filesystem::path& temporary_path() const { return temporary_; }
  // Renames the temporary file to `path`. Throws Error if it was not written completely.
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  std::ofstream out_;
  std::optional<RemovedOnSignals> removed_on_signals_;
  bool committed_ = false;
};

// Calls `write(stream)` and commits the result to `path`. Throws like AtomicFile.
template <class Write>
void write_file(const std::filesystem::path& path, Write write) {
  AtomicFile file(path);
  write(file.stream());
  file.commit();
}

}  // namespace reprise
