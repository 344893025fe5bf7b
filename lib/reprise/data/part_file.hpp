// A partial download: NAME.part beside NAME, which only one process at a time can write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace reprise {

// The .part file itself is locked. The lock is thus released however the process ends, and no lock
// file is left behind. What a killed process has written stays for the next one.
class PartFile {
 public:
  // Opens or creates `target`.part and locks it. If another process holds the lock, calls `waiting`
  // once and waits; after that `target` may exist. Like the other functions it throws Error (exit
  // code 2) if the file cannot be written.
  PartFile(std::filesystem::path target, const std::function<void()>& waiting);
  // Releases the lock and removes the file if it is empty.
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  void append(std::string_view bytes);
  void clear();
  // Renames the file to `target`.
  void finish();

 private:
  [[noreturn]] void fail(int error) const;

  std::filesystem::path target_, path_;
  std::uint64_t size_ = 0;
  int file_ = -1;
};

}  // namespace reprise
