#include "reprise/core/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "reprise/core/error.hpp"
#include "reprise/core/target_file.hpp"

namespace reprise {

namespace fs = std::filesystem;

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

namespace {

int open_or_create(const fs::path& path, Opened opened, bool& created) {
  // never write through a symbolic link or into a pipe
  constexpr int kAlways = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  while (true) {
    int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | kAlways, 0666);
    created = file >= 0;
    if (created || errno != EEXIST) return file;
    file = open(path.c_str(), O_RDWR | kAlways);
    if (file < 0 && errno == EACCES && opened == Opened::to_lock) {
      file = open(path.c_str(), O_RDONLY | kAlways);
    }
    if (file >= 0 || errno != ENOENT) return file;  // ENOENT: it has been removed meanwhile
  }
}

fs::path lock_of(const fs::path& target) {
  constexpr std::size_t kMostOfName = 200;  // bytes; a file name has at most 255
  std::error_code ignored;
  if (fs::is_directory(target, ignored)) return behind_links(target) / ".reprise-lock";
  const fs::path file = find_target(target).path;
  const std::string name = file.filename().string().substr(0, kMostOfName);
  return file.parent_path() / ("." + name + ".reprise-lock");
}

// Whether a lock file contains at most what write_holder writes.
bool is_lock(int file) {
  char text[21];
  const ssize_t size = pread(file, text, sizeof text, 0);
  return size >= 0 && size <= 20 &&
         std::all_of(text, text + size, [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

int open_locked(const fs::path& path, Opened opened, const std::function<void(int file)>& taken) {
  for (bool told = false;;) {
    bool created = false;
    const int file = open_or_create(path, opened, created);
    if (file < 0) return -1;
    const auto give_up = [&](int error) {
      if (created) unlink(path.c_str());
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

FileLock::FileLock(const fs::path& target) : path_(lock_of(target)) {
  const std::string name = one_line(target.string()), lock = one_line(path_.string());
  file_ = open_locked(path_, Opened::to_lock, [&](int file) {
    throw Error(fmt::format("{}: found {} writing it, expected to be alone (lock {})", name,
                            holder_of(file), lock));
  });
  if (file_ < 0) {
    if (errno == EOPNOTSUPP || errno == ENOSYS || errno == ENOLCK) return;
    throw Error(fmt::format("{}: cannot be written: {}: {}", name, lock, std::strerror(errno)));
  }
  if (!is_lock(file_)) {
    close(file_);
    throw Error(fmt::format(
        "{}: cannot be written: {}: found a file that is no lock of ours, expected to create it",
        name, lock));
  }
  removed_on_signals_.emplace(path_.string());
  // other users have to open what a killed process leaves
  [[maybe_unused]] const int changed = fchmod(file_, 0644);
  write_holder(file_);
}

FileLock::~FileLock() {
  removed_on_signals_.reset();  // first: after the removal the path may be another process's
  // while the lock is held, the path still names this file
  if (names(path_, file_)) unlink(path_.c_str());
  if (file_ >= 0) close(file_);
}

}  // namespace reprise
