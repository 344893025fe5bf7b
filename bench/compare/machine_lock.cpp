#include "bench/compare/machine_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "reprise/core/error.hpp"
#include "reprise/core/file_lock.hpp"

namespace reprise::compare {

namespace {

// Another user's file may not be writable, and in a sticky directory such as /tmp not even be
// opened with O_CREAT; opening it for reading is enough for a lock. Links are not followed: the
// target would be truncated.
int open_lock(const std::string& path) {
  constexpr int kAlways = O_CLOEXEC | O_NOFOLLOW;
  const int made = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | kAlways, 0666);
  if (made >= 0) {
    // writable for everyone, whatever the umask; if this fails, others can still read it
    [[maybe_unused]] const int changed = fchmod(made, 0666);
    return made;
  }
  const int writable = open(path.c_str(), O_RDWR | kAlways);
  return writable >= 0 ? writable : open(path.c_str(), O_RDONLY | kAlways);
}

}  // namespace

MachineLock::MachineLock() {
  const char* for_tests = std::getenv("REPRISE_MEASURE_LOCK");
  const std::string path = for_tests == nullptr || *for_tests == 0 ? "/tmp/reprise-measure.lock"
                                                                   : std::string(for_tests);
  file_ = open_lock(path);
  if (file_ < 0) {
    warning_ = fmt::format("{}: no lock ({}): another measurement may run at the same time", path,
                           std::strerror(errno));
    return;
  }
  if (const Locked locked = try_lock(file_); locked != Locked::ours) {
    const std::string holder = holder_of(file_);
    close(std::exchange(file_, -1));
    if (locked == Locked::failed) {
      warning_ =
          path + ": no lock on this file system: another measurement may run at the same time";
      return;
    }
    throw Error(
        fmt::format("{}: found {} measuring on this machine, expected none: two measurements would "
                    "disturb each other",
                    path, holder));
  }
  write_holder(file_);
}

MachineLock::~MachineLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace reprise::compare
