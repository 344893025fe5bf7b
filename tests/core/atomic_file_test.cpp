// AtomicFile: files appear complete or not at all.
#include "reprise/core/atomic_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

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

TEST(RequireWritableFolder, CreatesDirectoriesAndLeavesThemEmpty) {
  const testing::Scratch scratch;
  require_writable_folder(scratch.path() / "a" / "b");
  EXPECT_TRUE(fs::is_empty(scratch.path() / "a" / "b"));
  std::ofstream(scratch.path() / "file") << "x";
  EXPECT_THROW(require_writable_folder(scratch.path() / "file"), Error);
}

}  // namespace
}  // namespace reprise
