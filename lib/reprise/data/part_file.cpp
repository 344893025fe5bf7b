#include "reprise/data/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reprise/core/error.hpp"

namespace reprise {

PartFile::PartFile(std::filesystem::path target, const std::function<void()>& waiting)
    : target_(std::move(target)), path_(target_) {
  path_ += ".part";
  while (!open_and_lock(waiting)) {
  }
}

PartFile::~PartFile() {
  // while the lock is held, the path still refers to this file
  if (file_ >= 0 && size_ == 0) unlink(path_.c_str());
  if (file_ >= 0) close(file_);
}

void PartFile::fail(int error) const {
  throw Error(fmt::format("{}: cannot be written: {}", path_.string(), std::strerror(error)));
}

// Returns false if the process that held the lock has renamed or removed the file meanwhile.
bool PartFile::open_and_lock(const std::function<void()>& waiting) {
  // never write through a symbolic link or into a pipe
  const int file =
      open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  if (file < 0) fail(errno);
  int locked = flock(file, LOCK_EX | LOCK_NB);
  if (locked != 0 && errno == EWOULDBLOCK) {
    waiting();
    do {
      locked = flock(file, LOCK_EX);
    } while (locked != 0 && errno == EINTR);
  }
  const int error = errno;
  struct stat ours {
  }, named{};
  if (locked != 0 || fstat(file, &ours) != 0 || !S_ISREG(ours.st_mode)) {
    close(file);
    fail(locked != 0 ? error : EINVAL);
  }
  if (stat(path_.c_str(), &named) != 0 || named.st_ino != ours.st_ino ||
      named.st_dev != ours.st_dev) {
    close(file);
    return false;
  }
  file_ = file;
  size_ = static_cast<std::uint64_t>(ours.st_size);
  return true;
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
