// Cache sizes from made folders in the form of Linux's /sys, and from this machine.
#include "reprise/core/caches.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include "reprise/core/processors.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

void add(const std::filesystem::path& folder, const std::string& entry, const std::string& level,
         const std::string& type, const std::string& size) {
  std::filesystem::create_directory(folder / entry);
  std::ofstream(folder / entry / "level") << level << '\n';
  std::ofstream(folder / entry / "type") << type << '\n';
  std::ofstream(folder / entry / "size") << size << '\n';
}

TEST(Caches, AreReadFromLinux) {
  const testing::Scratch root;
  add(root.path(), "index0", "1", "Instruction", "64K");
  add(root.path(), "index1", "1", "Data", "48K");
  add(root.path(), "index2", "2", "Unified", "2048K");
  add(root.path(), "index3", "3", "Unified", "105M");
  EXPECT_EQ(cache_bytes(1, root.path()), std::size_t{48} << 10);
  EXPECT_EQ(cache_bytes(2, root.path()), std::size_t{2} << 20);
  EXPECT_EQ(cache_bytes(3, root.path()), std::size_t{105} << 20);
}

TEST(Caches, ComeFromTheCLibraryWhereLinuxTellsNothing) {
  const testing::Scratch root;
  add(root.path(), "index0", "2", "Unified", "many");
  for (const auto& [level, name] :
       {std::pair(1, _SC_LEVEL1_DCACHE_SIZE), std::pair(2, _SC_LEVEL2_CACHE_SIZE),
        std::pair(3, _SC_LEVEL3_CACHE_SIZE)}) {
    EXPECT_EQ(cache_bytes(level, root.path()),
              static_cast<std::size_t>(std::max(sysconf(name), 0L)));
  }
}

// Each allowed processor has a folder; all of them share one cache, or each has its own.
TEST(Caches, ASharedLastLevelCountsOnce) {
  const std::set<int> allowed = allowed_processors();
  ASSERT_FALSE(allowed.empty());
  for (const bool is_shared : {true, false}) {
    const testing::Scratch root;
    for (const int cpu : allowed) {
      const auto folder = root.path() / ("cpu" + std::to_string(cpu)) / "cache";
      std::filesystem::create_directories(folder);
      add(folder, "index0", "3", "Unified", "32768K");
      std::ofstream(folder / "index0" / "shared_cpu_list") << (is_shared ? 0 : cpu) << '\n';
    }
    const auto caches = is_shared ? 1 : allowed.size();
    EXPECT_EQ(last_cache_bytes(root.path()), caches << 25) << caches;
  }
  const testing::Scratch empty;
  EXPECT_EQ(last_cache_bytes(empty.path()), cache_bytes(3, empty.path()));
}

TEST(Caches, OfThisMachineGrow) {
  if (cache_bytes(1) == 0) GTEST_SKIP() << "this machine tells no cache sizes";
  EXPECT_LT(cache_bytes(1), std::size_t{1} << 20);
  if (cache_bytes(2) > 0) {
    EXPECT_GT(cache_bytes(2), cache_bytes(1));
  }
}

}  // namespace
}  // namespace reprise
