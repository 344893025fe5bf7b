// FileLock: one writer at a time, and nothing is left behind.
#include "reprise/core/file_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "tests/core/refuse_call.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

void put(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

std::string content(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <class Opens = FileLock>
std::string error_of(const fs::path& target) {
  try {
    const Opens opened(target);
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  return "";
}

TEST(FileLock, NamesTheHolderAndLeavesNothing) {
  const testing::Scratch scratch;
  const fs::path file = scratch.path() / "record.json";
  {
    const FileLock lock(file);
    EXPECT_THAT(error_of(file), HasSubstr("record.json: found process " + std::to_string(getpid()) +
                                          " writing it"));
    EXPECT_EQ(error_of(scratch.path() / "other.json"), "");
  }
  EXPECT_EQ(error_of(file), "");
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

TEST(FileLock, LocksADirectoryFromWithin) {
  const testing::Scratch scratch;
  {
    const FileLock lock(scratch.path());
    EXPECT_THAT(error_of(scratch.path() / "."), HasSubstr("writing it"));
    EXPECT_TRUE(fs::exists(scratch.path() / ".reprise-lock"));
  }
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

TEST(FileLock, IsTheSameBehindALinkAndWritesThroughNone) {
  const testing::Scratch scratch;
  fs::create_symlink("record.json", scratch.path() / "link");
  {
    const FileLock lock(scratch.path() / "record.json");
    EXPECT_THAT(error_of(scratch.path() / "link"), HasSubstr("writing it"));
  }
  std::ofstream(scratch.path() / "precious") << "precious";
  fs::create_symlink("precious", scratch.path() / ".record.json.reprise-lock");
  EXPECT_THAT(error_of(scratch.path() / "record.json"), HasSubstr("cannot be written"));
  EXPECT_EQ(fs::file_size(scratch.path() / "precious"), 8u);
  EXPECT_TRUE(fs::is_symlink(scratch.path() / ".record.json.reprise-lock"));
}

// Users have files such as Cargo.lock, and could have one of our name.
TEST(FileLock, KeepsFilesOfOthers) {
  const testing::Scratch scratch;
  const fs::path file = scratch.path() / "Cargo", own = scratch.path() / ".Cargo.reprise-lock";
  put(scratch.path() / "Cargo.lock", "1234");
  EXPECT_EQ(error_of(file), "");
  EXPECT_EQ(content(scratch.path() / "Cargo.lock"), "1234");
  for (const char* text : {"precious", "12 monkeys", "1\n", "123456789012345678901"}) {
    put(own, text);
    EXPECT_EQ(error_of(file), file.string() + ": cannot be written: " + own.string() +
                                  ": found a file that is no lock of ours, expected to create it");
    EXPECT_EQ(content(own), text);
  }
  for (const char* text : {"", "7", "12345678901234567890"}) {
    put(own, text);
    EXPECT_EQ(error_of(file), "") << text;
    EXPECT_FALSE(fs::exists(own));
  }
}

TEST(FileLock, LocksTargetsWithTheLongestNames) {
  const testing::Scratch scratch;
  const FileLock lock(scratch.path() / std::string(255, 'x'));
  EXPECT_TRUE(fs::exists(scratch.path() / ("." + std::string(200, 'x') + ".reprise-lock")));
  EXPECT_THAT(error_of(scratch.path() / std::string(255, 'x')), HasSubstr("writing it"));
}

TEST(FileLock, RefusesWhatAtomicFileRefusesWithTheSameMessage) {
  const testing::Scratch scratch;
  const fs::path pipe = scratch.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string open_pipe = "/proc/self/fd/" + std::to_string(ends[1]);
  const std::string regular = ": cannot be written: expected a regular file",
                    missing = ": cannot be written: No such file or directory";
  for (const auto& [target, message] :
       std::vector<std::pair<fs::path, std::string>>{{"/dev/null", regular},
                                                     {pipe, regular},
                                                     {open_pipe, regular},
                                                     {scratch.path() / "no" / "r.json", missing},
                                                     {scratch.path() / "no" / "", regular}}) {
    EXPECT_EQ(error_of(target), target.string() + message);
    EXPECT_EQ(error_of<AtomicFile>(target), target.string() + message);
  }
  close(ends[0]);
  close(ends[1]);
  EXPECT_FALSE(fs::exists("/dev/.null.reprise-lock"));
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch.path()), fs::directory_iterator()), 1);
}

// What the child process of a test answers: 0, or 1 if the check failed, or 2 for a skipped test.
int answer_of(const std::function<bool()>& prepare, const std::function<bool()>& check) {
  const pid_t child = fork();
  if (child == 0) _exit(!prepare() ? 2 : check() ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

TEST(FileLock, LeavesNothingOnAFileSystemWithoutLocks) {
  const testing::Scratch scratch;
  const fs::path file = scratch.path() / "record.json";
  for (const int error : {ENOLCK, EOPNOTSUPP, ENOSYS}) {
    const int answer = answer_of([&] { return testing::refuse_call(SYS_flock, error); },
                                 [&] {
                                   const FileLock first(file), second(file);
                                   return fs::is_empty(scratch.path());
                                 });
    if (answer == 2) GTEST_SKIP() << "no system call can be refused here";
    EXPECT_EQ(answer, 0) << error;
    EXPECT_TRUE(fs::is_empty(scratch.path()));
  }
}

TEST(FileLock, TakesALockFileThatItCannotWrite) {
  const testing::Scratch scratch;
  const fs::path file = scratch.path() / "record.json",
                 own = scratch.path() / ".record.json.reprise-lock";
  put(own, "77");
  chmod(own.c_str(), 0444);
  chmod(scratch.path().c_str(), 0777);
  // the superuser may write every file
  const auto prepare = [] { return geteuid() != 0 || setuid(65534) == 0; };
  ASSERT_EQ(answer_of(prepare,
                      [&] {
                        const FileLock lock(file);
                        return error_of(file).find("writing it") != std::string::npos &&
                               content(own) == "77";
                      }),
            0);
  EXPECT_FALSE(fs::exists(own));
}

TEST(FileLock, IsReadableForOtherUsers) {
  const testing::Scratch scratch;
  const mode_t before = umask(077);
  const FileLock lock(scratch.path());
  umask(before);
  struct stat status {};
  ASSERT_EQ(stat((scratch.path() / ".reprise-lock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0644u);
}

TEST(FileLock, EndsWithAKilledProcess) {
  const testing::Scratch scratch;
  const fs::path file = scratch.path() / "record.json";
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const FileLock lock(file);
    if (write(ends[1], "x", 1) == 1) pause();
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ends[0], &byte, 1), 1);
  EXPECT_THAT(error_of(file), HasSubstr("found process " + std::to_string(child)));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  EXPECT_FALSE(fs::is_empty(scratch.path()));
  EXPECT_EQ(error_of(file), "");
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

}  // namespace
}  // namespace reprise
