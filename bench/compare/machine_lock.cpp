#include "machine_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "reprise/core/error.hpp"

namespace reprise::compare {

MachineLock::MachineLock() {
  const char* folder = std::getenv("TMPDIR");
  const std::string path =
      std::string(folder == nullptr || *folder == 0 ? "/tmp" : folder) + "/reprise-measure.lock";
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  // a lock that another user made cannot always be opened: then one is measured without it
  if (file_ < 0) return;
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    const auto read_bytes = pread(file_, holder, sizeof holder - 1, 0);
    close(file_);
    throw Error(
        fmt::format("process {} measures on this machine (lock {}): two at a time would "
                    "measure each other, expected to be the only one",
                    read_bytes > 0 ? holder : "unknown", path));
  }
  const std::string own = std::to_string(getpid());
  if (ftruncate(file_, 0) != 0 ||
      pwrite(file_, own.data(), own.size(), 0) != static_cast<ssize_t>(own.size())) {
    return;  // only the name of the holder is lost
  }
}

MachineLock::~MachineLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace reprise::compare
