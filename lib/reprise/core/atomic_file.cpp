#include "reprise/core/atomic_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "reprise/core/error.hpp"

namespace reprise {

namespace fs = std::filesystem;

namespace {

// The paths of the temporary files that exist, for the signal handler, which may neither allocate
// nor lock. A file that finds no free slot is written too; a signal then leaves it behind.
constexpr int kSlots = 8, kPathBytes = 4096;
char temporary_files[kSlots][kPathBytes];

void remove_and_exit(int signal) {
  for (const auto& file : temporary_files) {
    if (file[0] != '\0') unlink(file);
  }
  if (signal == SIGINT) {
    const char* parts[] = {program_invocation_short_name, ": interrupted\n"};
    for (const char* part : parts) {
      if (write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
    }
  }
  _exit(128 + signal);
}

}  // namespace

void remove_temporary_files_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ}) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) std::signal(signal, remove_and_exit);
  }
}

RemovedOnSignals::RemovedOnSignals(const std::string& path) : slot_(-1) {
  for (int slot = 0; slot < kSlots && slot_ < 0; ++slot) {
    if (temporary_files[slot][0] != '\0' || path.size() >= kPathBytes) continue;
    std::strcpy(temporary_files[slot], path.c_str());
    slot_ = slot;
  }
}

RemovedOnSignals::~RemovedOnSignals() {
  if (slot_ >= 0) temporary_files[slot_][0] = '\0';
}

void require_writable_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) {
    throw Error(fmt::format("'{}': cannot be created: {}", folder.string(),
                            error ? error.message() : "expected a directory"));
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Error(fmt::format("{}: cannot be written: {}", folder.string(), std::strerror(errno)));
  }
}

AtomicFile::AtomicFile(const fs::path& path) : path_(path) {
  std::error_code error;
  // symbolic links are followed: the link stays and its target is replaced
  if (const fs::path target = fs::weakly_canonical(path, error); !error) path_ = target;
  if (path.empty()) throw Error("found an empty file name, expected a file to write");
  if (fs::exists(path_, error) && !fs::is_regular_file(path_, error)) {
    throw Error(fmt::format("{}: cannot be written: expected a regular file", path.string()));
  }
  temporary_ = path_;
  temporary_ += fmt::format(".tmp-{}", getpid());
  removed_on_signals_.emplace(temporary_.string());
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
