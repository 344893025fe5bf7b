#include "reprise/core/read_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "reprise/core/error.hpp"
#include "reprise/core/stopwatch.hpp"

namespace reprise {

namespace {

constexpr double kLongestPipe = 3600;  // seconds

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
  throw Error(printable(file.string()) + ": cannot be read: " + why);
}

const char* kind_of(mode_t mode) {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

// An open file, which is closed with its object.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& file, bool pipe_is_right) {
    struct stat status {};
    const auto right = [&] {
      return S_ISREG(status.st_mode) || (pipe_is_right && S_ISFIFO(status.st_mode));
    };
    // asked before opening, since to open a device may have effects
    if (stat(file.c_str(), &status) != 0) fail(file, std::strerror(errno));
    if (right()) {
      descriptor_ = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
      if (descriptor_ < 0) fail(file, std::strerror(errno));
      if (fstat(descriptor_, &status) == 0 && right()) {
        size_ = static_cast<std::uintmax_t>(status.st_size);
        return;
      }
      close(descriptor_);
    }
    fail(file, std::string("found ") + kind_of(status.st_mode) + ", expected a regular file" +
                   (pipe_is_right ? " or a pipe" : ""));
  }
  ~OpenFile() { close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int descriptor() const { return descriptor_; }
  std::uintmax_t size() const { return size_; }  // 0 for a pipe

 private:
  int descriptor_ = -1;
  std::uintmax_t size_ = 0;
};

// Waits until there is something to read. Returns false after `seconds`.
bool wait_readable(int descriptor, double seconds) {
  pollfd waiting{descriptor, POLLIN, 0};
  const int milliseconds = static_cast<int>(std::ceil(std::clamp(seconds, 0.0, 1e6) * 1e3));
  return poll(&waiting, 1, milliseconds) > 0;
}

std::string read_all(const std::filesystem::path& file, std::uintmax_t most_bytes, double seconds,
                     bool pipe_is_right) {
  const OpenFile in(file, pipe_is_right);
  const auto require_within = [&](std::uintmax_t bytes) {
    if (bytes <= most_bytes) return;
    fail(file, "found more than " + std::to_string(most_bytes) + " bytes, expected fewer");
  };
  require_within(in.size());
  std::string bytes;
  bytes.reserve(in.size());
  const Stopwatch watch;
  double latest = 0;  // when the latest bytes came
  char buffer[1 << 16];
  while (true) {
    if (in.size() == 0 && pipe_is_right) {
      if (!wait_readable(in.descriptor(), latest + seconds - watch.seconds()))
        fail(file, "found no more bytes and no end of the pipe in " +
                       std::to_string(std::lround(seconds)) + " s");
      latest = watch.seconds();
      if (latest > kLongestPipe) fail(file, "found no end of the pipe in an hour");
    }
    const ssize_t count = read(in.descriptor(), buffer, sizeof buffer);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) fail(file, std::strerror(errno));
    if (count == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(count));
    require_within(bytes.size());
  }
}

}  // namespace

void require_regular_file(const std::filesystem::path& file) { const OpenFile in(file, false); }

std::string read_file(const std::filesystem::path& file, std::uintmax_t most_bytes) {
  return read_all(file, most_bytes, 0, false);
}

std::string read_file_or_pipe(const std::filesystem::path& file, std::uintmax_t most_bytes,
                              double seconds) {
  return read_all(file, most_bytes, seconds, true);
}

}  // namespace reprise
