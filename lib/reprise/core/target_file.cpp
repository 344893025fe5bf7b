#include "reprise/core/target_file.hpp"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reprise/core/error.hpp"

namespace reprise {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
  throw Error(fmt::format("{}: cannot be written: {}", one_line(path.string()), why));
}

// Whether a link is one of /proc, by whatever path (/dev/fd/3 is one): it refers to an open file.
bool is_descriptor(const fs::path& link) {
  struct statfs system {};
  return statfs(folder_of(link).c_str(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

}  // namespace

fs::path behind_links(const fs::path& path) {
  constexpr int kMostLinks = 40;  // as many as Linux follows
  fs::path at = path;
  std::error_code error;
  for (int links = 0; fs::is_symlink(fs::symlink_status(at, error)); ++links) {
    const fs::path next = fs::read_symlink(at, error);
    if (error) fail(path, error.message());
    // the open file may be any, such as one that standard output appends to
    if (is_descriptor(at)) fail(path, "expected a regular file");
    if (links == kMostLinks) fail(path, "expected no loop of symbolic links");
    at = at.parent_path() / next;
  }
  return at;
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

TargetFile find_target(const fs::path& path) {
  if (path.empty()) throw Error("found an empty file name, expected a file to write");
  TargetFile target{behind_links(path)};
  target.exists = stat(path.c_str(), &target.status) == 0;
  if (!target.exists && errno != ENOENT) fail(path, std::strerror(errno));
  if (!target.path.has_filename() || (target.exists && !S_ISREG(target.status.st_mode))) {
    fail(path, "expected a regular file");
  }
  if (target.exists && access(target.path.c_str(), W_OK) != 0) fail(path, std::strerror(errno));
  if (access(folder_of(target.path).c_str(), W_OK | X_OK) != 0) fail(path, std::strerror(errno));
  return target;
}

}  // namespace reprise
