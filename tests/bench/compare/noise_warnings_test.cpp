// Noise warnings, from files such as a kernel writes.
#include "bench/compare/noise_warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/scratch.hpp"

namespace reprise::compare {
namespace {

using ::testing::HasSubstr;

class NoiseWarnings : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    const auto file = scratch_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  testing::Scratch scratch_;
  SystemFolders folders{scratch_.path() / "proc", scratch_.path() / "sys"};
};

// A machine with everything that disturbs measurements.
TEST_F(NoiseWarnings, NameEverythingThatDisturbs) {
  EXPECT_TRUE(lasting_noise_warnings(folders).empty());
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
  const auto lasting = lasting_noise_warnings(folders);
  ASSERT_EQ(lasting.size(), 4u);
  EXPECT_THAT(lasting[0], HasSubstr("governor is 'powersave'"));
  EXPECT_THAT(lasting[0], HasSubstr("(cpu1 and 2 others)"));
  const NoiseWatch watch(folders);
  write("proc/stat", "cpu  300 0 100 1500 0 0 0 100 0 0\n");
  write("sys/fs/cgroup/cpu.stat", "usage_usec 5\nnr_throttled 9\n");
  const auto found = watch.found();
  ASSERT_EQ(found.size(), 7u);
  EXPECT_EQ(found[4], "10 % of the CPU time was stolen by other guests");
  EXPECT_EQ(found[5], "other processes took 20 % of the CPU time");
  EXPECT_EQ(found[6], "the quota of the cgroup throttled this process 7 times");
  EXPECT_EQ(build_noise_warnings({{"build_type", "Debug"}}, "p").front(),
            "p: built as 'Debug', not Release");
  EXPECT_TRUE(
      build_noise_warnings({{"build_type", "Release"}, {"library_build_type", "debug"}}, "p")
          .empty());
}

// A container's cgroup, or one between it and the root, may have a limit that the root does not.
TEST_F(NoiseWarnings, SeeTheQuotaOfTheOwnCgroup) {
  write("proc/self/cgroup", "0::/jobs/mine\n");
  write("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_TRUE(lasting_noise_warnings(folders).empty());
  write("sys/fs/cgroup/jobs/cpu.max", "50000 100000\n");
  ASSERT_EQ(lasting_noise_warnings(folders).size(), 1u);
  EXPECT_THAT(lasting_noise_warnings(folders).front(), HasSubstr("(50000 100000 us)"));
  write("sys/fs/cgroup/jobs/mine/cpu.stat", "nr_throttled 1\n");
  write("sys/fs/cgroup/jobs/cpu.stat", "nr_throttled 1000\n");
  const NoiseWatch watch(folders);
  write("sys/fs/cgroup/jobs/mine/cpu.stat", "nr_throttled 4\n");
  EXPECT_THAT(watch.found().back(), HasSubstr("throttled this process 3 times"));
}

TEST_F(NoiseWarnings, SeeTheQuotaOfVersion1AndTheAffinity) {
  write("proc/self/cgroup", "5:memory:/x\n4:cpu,cpuacct:/docker/7\n");
  write("sys/fs/cgroup/cpu/docker/7/cpu.cfs_quota_us", "-1\n");
  write("sys/fs/cgroup/cpu/docker/7/cpu.cfs_period_us", "100000\n");
  EXPECT_TRUE(lasting_noise_warnings(folders).empty());
  write("sys/fs/cgroup/cpu/docker/7/cpu.cfs_quota_us", "150000\n");
  write("sys/devices/system/cpu/online", "0-7\n");
  write("proc/self/status", "Name:\tx\nCpus_allowed_list:\t0-1,4\n");
  const auto found = lasting_noise_warnings(folders);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_THAT(found[0], HasSubstr("(150000 100000 us)"));
  EXPECT_EQ(found[1], "this process may use 3 of the 8 CPUs that are online");
}

}  // namespace
}  // namespace reprise::compare
