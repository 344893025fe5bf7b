// AtomicFile: files appear complete or not at all.
#include "reprise/core/atomic_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "reprise/core/error.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(AtomicFile, AppearsOnlyWhenCommitted) {
  const testing::Scratch scratch;
  const fs::path path = scratch.path() / "record.json";
  std::ofstream(path) << "old";
  {
    AtomicFile file(path);
    file.stream() << "half";
    file.stream().flush();
    EXPECT_EQ(content(path), "old");
  }
  EXPECT_EQ(content(path), "old");
  EXPECT_EQ(files_in(scratch.path()), 1u);  // the temporary file was removed
  AtomicFile file(path);
  file.stream() << "new";
  file.commit();
  EXPECT_EQ(content(path), "new");
  EXPECT_EQ(files_in(scratch.path()), 1u);
}

TEST(AtomicFile, KeepsSymbolicLinks) {
  const testing::Scratch scratch;
  std::ofstream(scratch.path() / "target") << "old";
  fs::create_symlink("target", scratch.path() / "link");
  AtomicFile file(scratch.path() / "link");
  file.stream() << "new";
  file.commit();
  EXPECT_TRUE(fs::is_symlink(scratch.path() / "link"));
  EXPECT_EQ(content(scratch.path() / "target"), "new");
}

TEST(AtomicFile, RefusesBeforeAnythingIsComputed) {
  const testing::Scratch scratch;
  for (const fs::path& path :
       {scratch.path(), scratch.path() / "no" / "such" / "folder.json", fs::path("/dev/null")}) {
    try {
      AtomicFile file(path);
      FAIL() << path << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::usage);
      EXPECT_THAT(error.what(), ::testing::HasSubstr(path.string()));
      EXPECT_THAT(error.what(), ::testing::HasSubstr("cannot be written"));
    }
  }
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

std::string error_of(const fs::path& path) {
  try {
    write_file(path, [](std::ostream& out) { out << "new"; });
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(AtomicFile, WritesTheFileThatADanglingLinkNames) {
  const testing::Scratch scratch;
  fs::create_symlink("second", scratch.path() / "first");
  fs::create_symlink(scratch.path() / "new", scratch.path() / "second");
  EXPECT_EQ(error_of(scratch.path() / "first"), "");
  EXPECT_TRUE(fs::is_symlink(scratch.path() / "first"));
  EXPECT_TRUE(fs::is_symlink(scratch.path() / "second"));
  EXPECT_EQ(content(scratch.path() / "new"), "new");
  EXPECT_EQ(files_in(scratch.path()), 3u);
}

TEST(AtomicFile, RefusesLinksToNowhere) {
  const testing::Scratch scratch;
  fs::create_symlink("b", scratch.path() / "a");
  fs::create_symlink("a", scratch.path() / "b");
  fs::create_symlink("no/such/folder", scratch.path() / "c");
  EXPECT_THAT(error_of(scratch.path() / "a"), ::testing::HasSubstr("loop of symbolic links"));
  EXPECT_THAT(error_of(scratch.path() / "c"),
              ::testing::EndsWith("c: cannot be written: No such file or directory"));
  EXPECT_TRUE(fs::is_symlink(scratch.path() / "c"));
  EXPECT_EQ(files_in(scratch.path()), 3u);
}

TEST(AtomicFile, KeepsThePermissionsOfTheFileThatItReplaces) {
  const testing::Scratch scratch;
  const auto mode_of = [&](const char* name) {
    struct stat status {};
    stat((scratch.path() / name).c_str(), &status);
    return status.st_mode & 07777;
  };
  std::ofstream(scratch.path() / "old") << "old";
  chmod((scratch.path() / "old").c_str(), 0640);
  const mode_t before = umask(027);
  EXPECT_EQ(error_of(scratch.path() / "old"), "");
  EXPECT_EQ(error_of(scratch.path() / "new"), "");
  umask(before);
  EXPECT_EQ(mode_of("old"), 0640u);
  EXPECT_EQ(mode_of("new"), 0640u);
  umask(022);
  EXPECT_EQ(error_of(scratch.path() / "other"), "");
  umask(before);
  EXPECT_EQ(mode_of("other"), 0644u);
}

TEST(AtomicFile, RefusesAWriteProtectedFile) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser may write every file";
  const testing::Scratch scratch;
  std::ofstream(scratch.path() / "old") << "old";
  chmod((scratch.path() / "old").c_str(), 0444);
  EXPECT_THAT(error_of(scratch.path() / "old"), ::testing::HasSubstr("Permission denied"));
  EXPECT_EQ(content(scratch.path() / "old"), "old");
}

// Names of exactly this pattern that nobody has locked are what killed processes left.
TEST(AtomicFile, RemovesWhatKilledProcessesLeft) {
  const testing::Scratch scratch;
  const std::string prefix = "record.json.tmp-";
  const fs::path left = scratch.path() / (prefix + "0123456789abcdef"),
                 in_use = scratch.path() / (prefix + "0000000000000000"),
                 link = scratch.path() / (prefix + "1111111111111111"),
                 pipe = scratch.path() / (prefix + "2222222222222222");
  const std::vector<fs::path> foreign{scratch.path() / (prefix + "0123456789abcdeg"),
                                      scratch.path() / (prefix + "0123456789abcdef0"),
                                      scratch.path() / "other.json.tmp-0123456789abcdef"};
  for (const fs::path& file : {left, in_use, foreign[0], foreign[1], foreign[2]}) {
    std::ofstream(file) << "x";
  }
  fs::create_symlink(foreign[0], link);
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int lock = open(in_use.c_str(), O_RDONLY);
  ASSERT_EQ(flock(lock, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(error_of(scratch.path() / "record.json"), "");
  close(lock);
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(in_use));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_TRUE(fs::is_fifo(pipe));
  for (const fs::path& file : foreign) EXPECT_EQ(content(file), "x") << file;
}

TEST(AtomicFile, WritesFilesWithTheLongestNames) {
  const testing::Scratch scratch;
  const std::string longest(255, 'x'), cut(234, 'x');
  std::ofstream(scratch.path() / (cut + ".tmp-0123456789abcdef")) << "left behind";
  EXPECT_EQ(error_of(scratch.path() / longest), "");
  EXPECT_EQ(content(scratch.path() / longest), "new");
  EXPECT_EQ(files_in(scratch.path()), 1u);
  EXPECT_THAT(error_of(scratch.path() / (longest + "x")), ::testing::EndsWith("name too long"));
}

TEST(AtomicFile, KeepsTheOldFileWhereTheNewOneHasNoRoom) {
  const testing::Scratch scratch;
  const fs::path path = scratch.path() / "record.json";
  std::ofstream(path) << "old";
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::string line;
  try {
    write_file(path, [](std::ostream& out) { out << std::string(200000, 'x'); });
  } catch (const Error& error) {
    line = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(line, path.string() + ": cannot be written: File too large");
  EXPECT_EQ(content(path), "old");
  EXPECT_EQ(files_in(scratch.path()), 1u);
}

TEST(AtomicFile, ThreadsMayWriteTheSameFile) {
  const testing::Scratch scratch;
  const fs::path path = scratch.path() / "record.json";
  std::vector<std::jthread> writers;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    writers.emplace_back([&, letter] {
      for (int i = 0; i < 20; ++i) {
        write_file(path, [&](std::ostream& out) { out << std::string(100000, letter); });
      }
    });
  }
  writers.clear();
  const std::string whole = content(path);
  EXPECT_EQ(whole, std::string(100000, whole.at(0)));
  EXPECT_EQ(files_in(scratch.path()), 1u);
}

TEST(RequireWritableFolder, CreatesDirectoriesAndLeavesThemEmpty) {
  const testing::Scratch scratch;
  require_writable_folder(scratch.path() / "a" / "b");
  EXPECT_TRUE(fs::is_empty(scratch.path() / "a" / "b"));
  std::ofstream(scratch.path() / "file") << "x";
  EXPECT_THROW(require_writable_folder(scratch.path() / "file"), Error);
}

}  // namespace
}  // namespace reprise
