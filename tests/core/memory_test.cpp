// available_memory with made files as documented for /proc/meminfo and cgroup v2.
#include "reprise/core/memory.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

struct Files {
  testing::Scratch folder;
  std::filesystem::path meminfo = folder.path() / "meminfo", own = folder.path() / "own";

  Files() {
    write("meminfo", "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    600 kB\n");
    write("own", "3:cpu:/elsewhere\n0::/a/b\n");
    std::filesystem::create_directories(folder.path() / "a/b");
  }
  void write(const char* file, const char* text) { std::ofstream(folder.path() / file) << text; }
  std::uint64_t available() const { return available_memory(meminfo, folder.path(), own); }
};

TEST(AvailableMemory, IsTheLeastOfMachineAndGroups) {
  Files files;
  EXPECT_EQ(files.available(), 600u << 10);
  files.write("a/b/memory.max", "max\n");
  EXPECT_EQ(files.available(), 600u << 10);
  files.write("a/memory.max", "500000\n");
  EXPECT_EQ(files.available(), 500000u);
  files.write("a/memory.current", "200000\n");
  EXPECT_EQ(files.available(), 300000u);
  files.write("memory.max", "1000\n");
  files.write("memory.current", "1001\n");  // more is used than allowed
  EXPECT_EQ(files.available(), 0u);
}

TEST(AvailableMemory, IsUnlimitedIfNothingIsKnown) {
  const testing::Scratch folder;
  const auto none = folder.path() / "none";
  EXPECT_GT(available_memory(none, none, none), std::uint64_t{1} << 40);
  EXPECT_GT(available_memory(), 0u);
}

TEST(AvailableMemory, HasAText) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(3.14159e9), "3.14 GB");
  EXPECT_EQ(bytes_text(5e18), "5e+03 PB");
}

}  // namespace
}  // namespace reprise
