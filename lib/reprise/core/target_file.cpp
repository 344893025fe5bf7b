#include "reprise/core/target_file.hpp"

#include <fmt/format.h>
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

}  // namespace

fs::path behind_links(const fs::path& path) {
  constexpr int kMostLinks = 40;  // as many as Linux follows
  fs::path at = path;
  std::error_code error;
  for (int links = 0; fs::is_symlink(fs::symlink_status(at, error)); ++links) {
    const fs::path next = fs::read_symlink(at, error);
    if (error) fail(path, error.message());
    // what a descriptor refers to may be any file, such as one that standard output appends to
    if (fs::absolute(at).string().starts_with("/proc/")) fail(path, "expected a regular file");
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
  // the links of /proc lead to files, but what they contain is no path to a pipe
  target.exists = stat(path.c_str(), &target.status) == 0;
  if (!target.exists && errno != ENOENT) fail(path, std::strerror(errno));
  if (!target.path.has_filename() || (target.exists && !S_ISREG(target.status.st_mode))) {
    fail(path, "expected a regular file");
  }
  struct stat named {};
  if (target.exists && lstat(target.path.c_str(), &named) != 0) fail(path, std::strerror(errno));
  if (target.exists && access(target.path.c_str(), W_OK) != 0) fail(path, std::strerror(errno));
  if (access(folder_of(target.path).c_str(), W_OK | X_OK) != 0) fail(path, std::strerror(errno));
  return target;
}

}  // namespace reprise
