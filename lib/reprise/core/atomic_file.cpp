#include "reprise/core/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <streambuf>

#include "reprise/core/error.hpp"
#include "reprise/core/target_file.hpp"
#include "reprise/core/temporary_file.hpp"

namespace reprise {

namespace fs = std::filesystem;

// Writes to an open file, which it does not close. Unlike std::filebuf it can have a file that was
// opened with O_EXCL, and it keeps the number of the first error.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int file) : file_(file) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }
  int error() const { return error_; }

 protected:
  int_type overflow(int_type next) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(next, traits_type::eof())) {
      *pptr() = traits_type::to_char_type(next);
      pbump(1);
    }
    return traits_type::not_eof(next);
  }
  int sync() override {
    for (const char* at = pbase(); at < pptr() && error_ == 0;) {
      const ssize_t written = write(file_, at, static_cast<std::size_t>(pptr() - at));
      if (written < 0 && errno != EINTR) error_ = errno;
      if (written > 0) at += written;
    }
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return error_ == 0 ? 0 : -1;
  }

 private:
  int file_, error_ = 0;
  std::string bytes_ = std::string(1 << 16, '\0');
};

namespace {

// Gives the file the owner and the permissions of the one that it will replace. The owner first,
// since to change it may remove permissions. A file system without them is no reason to fail.
void take_over_permissions(int file, const struct stat& replaced) {
  struct stat ours {};
  if (fstat(file, &ours) != 0) return;
  if (ours.st_uid != replaced.st_uid || ours.st_gid != replaced.st_gid) {
    [[maybe_unused]] const int owned = fchown(file, replaced.st_uid, replaced.st_gid);
  }
  [[maybe_unused]] const int changed = fchmod(file, replaced.st_mode & 07777);
}

// Writes the directory to the disk, so that a rename in it outlasts a crash of the machine. Returns
// 0 or an error. One that may not be read cannot be synchronised, nor can some file systems.
int sync_folder(const fs::path& folder) {
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return errno == EACCES ? 0 : errno;
  const int error = fsync(file) == 0 || errno == EINVAL ? 0 : errno;
  close(file);
  return error;
}

}  // namespace

void require_writable_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder, error)) {
    throw Error(fmt::format("'{}': cannot be created: {}", one_line(folder.string()),
                            error ? error.message() : "expected a directory"));
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Error(
        fmt::format("{}: cannot be written: {}", one_line(folder.string()), std::strerror(errno)));
  }
}

AtomicFile::AtomicFile(const fs::path& path) : name_(one_line(path.string())), out_(nullptr) {
  const TargetFile target = find_target(path);
  path_ = target.path;
  temporary_ = std::make_unique<TemporaryFile>(path_, name_, 0666);
  if (target.exists) take_over_permissions(temporary_->descriptor(), target.status);
  buffer_ = std::make_unique<DescriptorBuffer>(temporary_->descriptor());
  out_.rdbuf(buffer_.get());
}

AtomicFile::~AtomicFile() = default;

void AtomicFile::fail(int error) const {
  throw Error(fmt::format("{}: cannot be written: {}", name_, std::strerror(error)));
}

void AtomicFile::commit(Sync sync) {
  out_.flush();
  if (buffer_->error() != 0) fail(buffer_->error());
  if (!out_) throw Error(fmt::format("{}: cannot be written: its text is incomplete", name_));
  if (!temporary_->close_written(sync == Sync::yes) || !temporary_->rename_to(path_)) fail(errno);
  if (sync == Sync::no) return;
  if (const int error = sync_folder(folder_of(path_)); error != 0) fail(error);
}

void sync_written(const fs::path& path) noexcept {
  try {
    const fs::path target = behind_links(path);
    const int file = open(target.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) return;
    fsync(file);
    close(file);
    sync_folder(folder_of(target));
  } catch (const std::exception&) {  // out of memory, or links that have become a loop
  }
}

}  // namespace reprise
