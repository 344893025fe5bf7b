#include "reprise/core/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "reprise/core/error.hpp"
#include "reprise/core/temporary_file.hpp"

namespace reprise {

Locked try_lock(int file) {
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return Locked::ours;
  return errno == EWOULDBLOCK ? Locked::taken : Locked::failed;
}

bool names(const std::filesystem::path& path, int file) {
  struct stat open_file {
  }, named{};
  return fstat(file, &open_file) == 0 && lstat(path.c_str(), &named) == 0 &&
         named.st_ino == open_file.st_ino && named.st_dev == open_file.st_dev;
}

void write_holder(int file) {
  const std::string own = std::to_string(getpid());
  if (ftruncate(file, 0) != 0 || pwrite(file, own.data(), own.size(), 0) < 0) {
    return;  // another user's file or a full disk: the lock holds without its holder's name
  }
}

std::string holder_of(int file) {
  char text[32] = {};
  const bool read = pread(file, text, sizeof text - 1, 0) > 0;
  const long process = read ? std::atol(text) : 0;
  return process > 0 ? fmt::format("process {}", process) : "another process";
}

int open_locked(const std::filesystem::path& path, const std::function<void(int file)>& taken) {
  for (bool told = false;;) {
    // never write through a symbolic link or into a pipe
    const int file =
        open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (file < 0) return -1;
    const auto give_up = [&](int error) {
      close(file);
      errno = error;
      return -1;
    };
    struct stat status {};
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return give_up(EINVAL);
    Locked locked = try_lock(file);
    if (locked == Locked::taken) {
      try {
        if (!std::exchange(told, true)) taken(file);
      } catch (...) {
        close(file);
        throw;
      }
      int waited = 0;
      do {
        waited = flock(file, LOCK_EX);
      } while (waited != 0 && errno == EINTR);
      locked = waited == 0 ? Locked::ours : Locked::failed;
    }
    if (locked == Locked::failed) return give_up(errno);
    if (names(path, file)) return file;
    close(file);  // the process that held the lock has renamed or removed the file meanwhile
  }
}

FileLock::FileLock(const std::filesystem::path& target) {
  path_ = behind_links(target);
  std::error_code ignored;
  if (std::filesystem::is_directory(path_, ignored)) {
    path_ /= ".lock";
  } else {
    path_ += ".lock";
  }
  const std::string name = one_line(target.string());
  file_ = open_locked(path_, [&](int file) {
    throw Error(fmt::format("{}: found {} writing it, expected to be alone (lock {})", name,
                            holder_of(file), one_line(path_.string())));
  });
  const bool unsupported = errno == EOPNOTSUPP || errno == ENOSYS || errno == ENOLCK;
  if (file_ < 0 && !unsupported) {
    throw Error(fmt::format("{}: cannot be written: {}: {}", name, one_line(path_.string()),
                            std::strerror(errno)));
  }
  removed_on_signals_.emplace(path_.string());
  if (file_ >= 0) write_holder(file_);
}

FileLock::~FileLock() {
  removed_on_signals_.reset();  // first: after the removal the path may be another process's
  // while the lock is held, the path still names this file
  if (names(path_, file_)) unlink(path_.c_str());
  if (file_ >= 0) close(file_);
}

}  // namespace reprise
