#include "reprise/core/temporary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"
#include "reprise/core/target_file.hpp"

namespace reprise {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kInfix = ".tmp-";
constexpr std::size_t kDigits = 16, kLongestStem = NAME_MAX - kInfix.size() - kDigits;

std::uint64_t random_number() {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number) {
    number = static_cast<std::uint64_t>(getpid()) << 32 ^ static_cast<std::uint64_t>(time(nullptr));
  }
  return number;
}

bool is_temporary_name(const std::string& name, const std::string& prefix) {
  return name.size() == prefix.size() + kDigits && name.starts_with(prefix) &&
         name.find_first_not_of("0123456789abcdef", prefix.size()) == std::string::npos;
}

void remove_if_left_behind(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat status {};
  if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
      try_lock(file) == Locked::ours && names(path, file)) {
    unlink(path.c_str());
  }
  if (file >= 0) close(file);
}

// Once per process and stem: a sweep writes its record after every run.
void remove_left_behind(const fs::path& folder, const std::string& prefix) {
  static std::mutex mutex;
  static std::set<fs::path> cleaned;
  const std::lock_guard lock(mutex);
  if (!cleaned.insert(fs::absolute(folder) / prefix).second) return;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (is_temporary_name(at->path().filename().string(), prefix)) {
      remove_if_left_behind(at->path());
    }
  }
}

}  // namespace

TemporaryFile::TemporaryFile(const fs::path& stem, const std::string& name, mode_t mode) {
  const fs::path folder = folder_of(stem);
  const std::string prefix = stem.filename().string().substr(0, kLongestStem).append(kInfix);
  remove_left_behind(folder, prefix);
  int error = EEXIST;
  for (int attempt = 0; attempt < 100 && file_ < 0 && error == EEXIST; ++attempt) {
    path_ = folder / (prefix + fmt::format("{:016x}", random_number()));
    removed_on_signals_.emplace(path_.string());  // before the file exists: no signal is too early
    file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    error = errno;
    if (file_ < 0) continue;
    // another process may just be removing what it takes for left behind
    if (try_lock(file_) == Locked::taken || !names(path_, file_)) {
      close(std::exchange(file_, -1));
      error = EEXIST;
    }
  }
  if (file_ < 0) {
    throw Error(fmt::format("{}: cannot be written: {}", name, std::strerror(error)));
  }
  lock_ = fcntl(file_, F_DUPFD_CLOEXEC, 0);
}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) unlink(path_.c_str());
  for (const int file : {file_, lock_}) {
    if (file >= 0) close(file);
  }
}

bool TemporaryFile::close_written(bool sync) {
  // a file system that cannot do it answers EINVAL
  const bool synced = !sync || fsync(file_) == 0 || errno == EINVAL;
  const int error = errno;
  const bool closed = close(std::exchange(file_, -1)) == 0;
  if (!synced) errno = error;
  return synced && closed;
}

bool TemporaryFile::rename_to(const fs::path& target) {
  if (rename(path_.c_str(), target.c_str()) != 0) return false;
  removed_on_signals_.reset();
  path_.clear();
  return true;
}

}  // namespace reprise
