#include "reprise/data/part_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"

namespace reprise {

PartFile::PartFile(std::filesystem::path target, const std::function<void()>& waiting)
    : target_(std::move(target)), path_(target_) {
  path_ += ".part";
  file_ = open_locked(path_, Opened::to_write, [&](int) { waiting(); });
  struct stat status {};
  if (file_ < 0 || fstat(file_, &status) != 0) fail(errno);
  size_ = static_cast<std::uint64_t>(status.st_size);
}

PartFile::~PartFile() {
  // while the lock is held, the path still refers to this file
  if (file_ >= 0 && size_ == 0) unlink(path_.c_str());
  if (file_ >= 0) close(file_);
}

void PartFile::fail(int error) const {
  throw Error(
      fmt::format("{}: cannot be written: {}", one_line(path_.string()), std::strerror(error)));
}

void PartFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(errno);
    size_ += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void PartFile::clear() {
  if (ftruncate(file_, 0) != 0) fail(errno);
  size_ = 0;
}

void PartFile::finish() {
  if (rename(path_.c_str(), target_.c_str()) != 0) fail(errno);
  close(file_);
  file_ = -1;
}

}  // namespace reprise
