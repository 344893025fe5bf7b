// A file that is there whole or not at all: written under a temporary name, then renamed.
#pragma once

#include <filesystem>
#include <fstream>
#include <ostream>

namespace reprise {

// Makes the folder if need be. Throws Error (exit code 2) if files cannot be made in it.
void require_writable_folder(const std::filesystem::path& folder);

// From now on SIGINT, SIGTERM, SIGHUP, SIGPIPE and SIGXFSZ remove the temporary files that are
// there and end the process with 128 + signal (130 for SIGINT, which also says "interrupted").
void remove_temporary_files_on_signals();

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
  int slot_ = -1;  // in the list of temporary files that a signal removes
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
