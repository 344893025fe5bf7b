#include "reprise/record/atomic_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reprise/core/error.hpp"

namespace reprise {

namespace fs = std::filesystem;

void require_writable_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder, error)) {
    throw Error(fmt::format("{}: cannot be made: expected a folder", folder.string()));
  }
  AtomicFile probe(folder / "probe");
}

AtomicFile::AtomicFile(const fs::path& path) : path_(path) {
  std::error_code error;
  // through symbolic links: the link stays, its target is replaced
  if (const fs::path target = fs::canonical(path, error); !error) path_ = target;
  if (fs::exists(path_, error) && !fs::is_regular_file(path_, error)) {
    throw Error(fmt::format("{}: cannot be written: expected a regular file", path.string()));
  }
  temporary_ = path_;
  temporary_ += fmt::format(".tmp-{}", getpid());
  out_.open(temporary_, std::ios::binary | std::ios::trunc);
  if (!out_) {
    throw Error(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(errno)));
  }
}

AtomicFile::~AtomicFile() {
  out_.close();
  std::error_code ignored;
  if (!committed_) fs::remove(temporary_, ignored);
}

void AtomicFile::commit() {
  out_.close();
  std::error_code error;
  if (out_) fs::rename(temporary_, path_, error);
  if (!out_ || error) {
    throw Error(fmt::format("{}: cannot be written: {}", path_.string(),
                            error ? error.message() : std::strerror(errno)));
  }
  committed_ = true;
}

}  // namespace reprise
