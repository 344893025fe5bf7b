// The place where a file will be written.
#pragma once

#include <sys/stat.h>

#include <filesystem>

namespace reprise {

// The file or the free place that `path` refers to when all symbolic links at its end are followed,
// also a link to nothing. Throws Error (exit code 2) if the links form a loop, or if one is a link
// of /proc to an open file, as /dev/stdout and /dev/fd/3 are.
std::filesystem::path behind_links(const std::filesystem::path& path);

// The directory of a file: "." for a bare name.
std::filesystem::path folder_of(const std::filesystem::path& file);

struct TargetFile {
  std::filesystem::path path;  // behind all links
  bool exists = false;
  struct stat status {};  // of the file, if it exists
};

// Finds out where `path` will be written. Throws Error (exit code 2) "PATH: cannot be written: WHY"
// if it is a loop of links, a file or in a directory that may not be written or does not exist, or
// something other than a regular file, also one that only a link of /proc such as /dev/stdout leads
// to.
TargetFile find_target(const std::filesystem::path& path);

}  // namespace reprise
