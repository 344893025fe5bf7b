// Files that appear complete or not at all: they are written under a temporary name, then renamed.
#pragma once

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

namespace reprise {

// Creates the directory if it does not exist. Throws Error (exit code 2) if files cannot be created
// in it.
void require_writable_folder(const std::filesystem::path& folder);

// Whether a file outlasts a crash of the machine once it is committed. That takes about 12 ms on a
// virtual disk; without it a crash of the machine, not of the process, may leave an incomplete
// file.
enum class Sync { yes, no };

class DescriptorBuffer;
class TemporaryFile;

// Until commit() returns, `path` is what it was. Symbolic links at the end of `path` are followed,
// also one to a file that does not exist yet: the link stays and what it refers to is replaced. An
// existing file keeps its permissions and, where this process may set it, its owner; a new one gets
// those of any new file.
class AtomicFile {
 public:
  // Opens a temporary file beside `path` (temporary_file.hpp). Throws Error (exit code 2) if it or
  // `path` (target_file.hpp) cannot be written, so that a program fails before it computes
  // anything.
  explicit AtomicFile(const std::filesystem::path& path);
  // Removes the temporary file unless commit() was called.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // A stream without positions. It keeps the first error for commit().
  std::ostream& stream() { return out_; }
  // Writes everything, to the disk with Sync::yes, and renames the temporary file to `path`; with
  // Sync::yes then writes the directory to the disk. Throws Error if one of these fails; `path` is
  // unchanged then, unless only the last step failed.
  void commit(Sync sync = Sync::yes);

 private:
  [[noreturn]] void fail(int error) const;

  std::string name_;  // as given, for errors
  std::filesystem::path path_;
  std::unique_ptr<TemporaryFile> temporary_;
  std::unique_ptr<DescriptorBuffer> buffer_;
  std::ostream out_;
};

// Writes a file that was committed with Sync::no, and its directory, to the disk. What fails is
// ignored: the file is complete for every process, and the kernel writes it within half a minute.
void sync_written(const std::filesystem::path& path) noexcept;

// Calls `write(stream)` and commits the result to `path`. Throws like AtomicFile.
template <class Write>
void write_file(const std::filesystem::path& path, Write write) {
  AtomicFile file(path);
  write(file.stream());
  file.commit();
}

}  // namespace reprise
