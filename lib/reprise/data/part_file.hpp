// A file on its way: NAME.part beside NAME, which one process at a time may write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace reprise {

// The lock lies on the .part file itself, so that the end of its process, however it ends, frees it
// and no further file is left. What a process that was killed had written stays for the next one.
class PartFile {
 public:
  // Opens or makes `target`.part and locks it; `waiting` is called once if another process has it,
  // whose end is waited for: then `target` may be there. Throws Error (exit code 2) if the file
  // cannot be written, as do the others.
  PartFile(std::filesystem::path target, const std::function<void()>& waiting);
  // Frees the lock; removes the file if nothing is in it.
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  void append(std::string_view bytes);
  void clear();
  // Gives the file the name `target`.
  void finish();

 private:
  bool open_and_lock(const std::function<void()>& waiting);
  [[noreturn]] void fail(int error) const;

  std::filesystem::path target_, path_;
  std::uint64_t size_ = 0;
  int file_ = -1;
};

}  // namespace reprise
