// FileLock: one writer at a time, and nothing is left behind.
#include "reprise/core/file_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "reprise/core/error.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string error_of(const fs::path& target) {
  try {
    const FileLock lock(target);
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
    EXPECT_TRUE(fs::exists(scratch.path() / ".lock"));
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
  fs::create_symlink("precious", scratch.path() / "record.json.lock");
  EXPECT_THAT(error_of(scratch.path() / "record.json"), HasSubstr("cannot be written"));
  EXPECT_EQ(fs::file_size(scratch.path() / "precious"), 8u);
  EXPECT_TRUE(fs::is_symlink(scratch.path() / "record.json.lock"));
}

TEST(FileLock, NamesAFolderThatDoesNotExist) {
  EXPECT_THAT(error_of("/no/such/record.json"),
              HasSubstr("/no/such/record.json: cannot be written"));
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
