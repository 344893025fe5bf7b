// RunFile: which of its writes wait for the disk.
#include "reprise/record/run_file.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <stdexcept>

#include "reprise/core/stopwatch.hpp"
#include "tests/support/scratch.hpp"

namespace {

int syncs = 0;

}  // namespace

// Stands for the C library's function in this program, and counts its calls.
extern "C" int fsync(int file) {
  ++syncs;
  return static_cast<int>(syscall(SYS_fsync, file));
}

namespace reprise {
namespace {

TEST(RunFile, WaitsForTheDiskAtTheFirstWriteThenOnceASecondAndAtTheEnd) {
  const testing::Scratch scratch;
  constexpr int kEach = 2;  // the file and its directory
  std::optional<RunFile> file(std::in_place, scratch.path() / "record.json", "test 0");
  syncs = 0;
  const Stopwatch watch;
  file->write();
  EXPECT_EQ(syncs, kEach);
  for (int i = 0; i < 100; ++i) file->write();
  EXPECT_LE(syncs, kEach * (1 + static_cast<int>(watch.seconds())));
  const int before = syncs;
  file.reset();
  EXPECT_EQ(syncs, before + kEach);
}

TEST(RunFile, WaitsForTheDiskWhenAnExceptionEndsIt) {
  const testing::Scratch scratch;
  const auto write_and_throw = [&](int writes) {
    syncs = 0;
    try {
      RunFile file(scratch.path() / "record.json", "test 0");
      for (int i = 0; i < writes; ++i) file.write();
      throw std::runtime_error("a run failed");
    } catch (const std::runtime_error&) {
    }
    return syncs;
  };
  EXPECT_EQ(write_and_throw(0), 0);
  EXPECT_EQ(write_and_throw(1), 2);  // not again: the first write waited
  EXPECT_EQ(write_and_throw(2), 4);  // also if the second write waited, on a slow machine
}

}  // namespace
}  // namespace reprise
