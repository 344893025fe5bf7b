// What spoils measurements, as a kernel would tell it.
#include "bench/compare/noise_warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/scratch.hpp"

namespace reprise::compare {
namespace {

using ::testing::HasSubstr;

class Spoilers : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    const auto file = scratch_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  testing::Scratch scratch_;
  SystemFolders folders{scratch_.path() / "proc", scratch_.path() / "sys"};
};

// A machine with everything that spoils measurements, as its kernel would tell it.
TEST_F(Spoilers, AreFoundAndSaid) {
  EXPECT_TRUE(standing_noise_warnings(folders).empty());
  write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
  for (const char* cpu : {"cpu1", "cpu2", "cpu3"}) {
    write(std::string("sys/devices/system/cpu/") + cpu + "/cpufreq/scaling_governor",
          "powersave\n");
  }
  write("sys/devices/system/cpu/smt/active", "1\n");
  write("sys/fs/cgroup/cpu.max", "150000 100000\n");
  write("sys/fs/cgroup/cpu.stat", "usage_usec 5\nnr_throttled 2\n");
  write("proc/cpuinfo", "processor : 0\nflags\t\t: fpu hypervisor lahf_lm\n");
  write("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\n");
  const auto standing = standing_noise_warnings(folders);
  ASSERT_EQ(standing.size(), 4u);
  EXPECT_THAT(standing[0], HasSubstr("governor is 'powersave'"));
  EXPECT_THAT(standing[0], HasSubstr("(cpu1 and 2 others)"));
  const NoiseWatch watch(folders);
  write("proc/stat", "cpu  300 0 100 1500 0 0 0 100 0 0\n");
  write("sys/fs/cgroup/cpu.stat", "usage_usec 5\nnr_throttled 9\n");
  const auto found = watch.found();
  ASSERT_EQ(found.size(), 7u);
  EXPECT_EQ(found[4], "10 % of the processors' time was stolen by other guests");
  EXPECT_EQ(found[5], "other processes took 20 % of the processors' time");
  EXPECT_EQ(found[6], "the cgroup's quota stopped us 7 times");
  EXPECT_EQ(build_noise_warnings({{"build_type", "Debug"}}, "p").front(),
            "p: built as 'Debug', not Release");
  EXPECT_TRUE(
      build_noise_warnings({{"build_type", "Release"}, {"library_build_type", "debug"}}, "p")
          .empty());
}

// A container's own cgroup may have a limit that the root has not, and its parent may.
TEST_F(Spoilers, TheQuotaIsThatOfTheOwnCgroup) {
  write("proc/self/cgroup", "0::/jobs/mine\n");
  write("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_TRUE(standing_noise_warnings(folders).empty());
  write("sys/fs/cgroup/jobs/cpu.max", "50000 100000\n");
  ASSERT_EQ(standing_noise_warnings(folders).size(), 1u);
  EXPECT_THAT(standing_noise_warnings(folders).front(), HasSubstr("(50000 100000 us)"));
  write("sys/fs/cgroup/jobs/mine/cpu.stat", "nr_throttled 1\n");
  write("sys/fs/cgroup/jobs/cpu.stat", "nr_throttled 1000\n");
  const NoiseWatch watch(folders);
  write("sys/fs/cgroup/jobs/mine/cpu.stat", "nr_throttled 4\n");
  EXPECT_THAT(watch.found().back(), HasSubstr("stopped us 3 times"));
}

TEST_F(Spoilers, TheQuotaOfVersionOneAndTheAffinityAreSeen) {
  write("proc/self/cgroup", "5:memory:/x\n4:cpu,cpuacct:/docker/7\n");
  write("sys/fs/cgroup/cpu/docker/7/cpu.cfs_quota_us", "-1\n");
  write("sys/fs/cgroup/cpu/docker/7/cpu.cfs_period_us", "100000\n");
  EXPECT_TRUE(standing_noise_warnings(folders).empty());
  write("sys/fs/cgroup/cpu/docker/7/cpu.cfs_quota_us", "150000\n");
  write("sys/devices/system/cpu/online", "0-7\n");
  write("proc/self/status", "Name:\tx\nCpus_allowed_list:\t0-1,4\n");
  const auto found = standing_noise_warnings(folders);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_THAT(found[0], HasSubstr("(150000 100000 us)"));
  EXPECT_EQ(found[1], "this process may use 3 of the 8 processors that are online");
}

}  // namespace
}  // namespace reprise::compare
