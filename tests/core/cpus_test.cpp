// available_cpus with simulated cgroup directories (files as documented for Linux cgroup v1 and v2)
// and with a restricted affinity mask.
#include "reprise/core/cpus.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;

int cpus_of_affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  return CPU_COUNT(&set);
}

int cpus_with_v2(const std::string& cpu_max) {
  const testing::Scratch root;
  std::ofstream(root.path() / "cpu.max") << cpu_max;
  return available_cpus(root.path());
}

int cpus_with_v1(const std::string& quota, const std::string& period) {
  const testing::Scratch root;
  fs::create_directory(root.path() / "cpu");
  std::ofstream(root.path() / "cpu" / "cpu.cfs_quota_us") << quota;
  std::ofstream(root.path() / "cpu" / "cpu.cfs_period_us") << period;
  return available_cpus(root.path());
}

TEST(AvailableCpus, EqualsTheAffinityMaskWithoutAQuota) {
  const testing::Scratch empty;
  EXPECT_EQ(available_cpus(empty.path()), cpus_of_affinity());
  EXPECT_EQ(available_cpus(empty.path() / "nowhere"), cpus_of_affinity());
  EXPECT_EQ(cpus_with_v2("max 100000\n"), cpus_of_affinity());
  EXPECT_EQ(cpus_with_v1("-1\n", "100000\n"), cpus_of_affinity());
}

TEST(AvailableCpus, RoundsTheQuotaUp) {
  EXPECT_EQ(cpus_with_v2("50000 100000\n"), 1);
  EXPECT_EQ(cpus_with_v2("100000 100000\n"), 1);
  EXPECT_EQ(cpus_with_v2("1000 100000\n"), 1);
  EXPECT_EQ(cpus_with_v2("100001 100000\n"), std::min(2, cpus_of_affinity()));
  EXPECT_EQ(cpus_with_v2("150000 100000\n"), std::min(2, cpus_of_affinity()));
  EXPECT_EQ(cpus_with_v1("50000\n", "100000\n"), 1);
  EXPECT_EQ(cpus_with_v1("250000\n", "100000\n"), std::min(3, cpus_of_affinity()));
}

TEST(AvailableCpus, QuotaDoesNotAddCpus) {
  EXPECT_EQ(cpus_with_v2("900000000 100000\n"), cpus_of_affinity());
  EXPECT_EQ(cpus_with_v1("900000000\n", "100000\n"), cpus_of_affinity());
  for (const char* no_quota :
       {"1e300 1\n", "inf 100000\n", "nan 100000\n", "1 1e-300\n", "x y\n"}) {
    EXPECT_EQ(cpus_with_v2(no_quota), cpus_of_affinity()) << no_quota;
  }
}

TEST(AvailableCpus, IgnoresFilesItCannotRead) {
  for (const std::string text : {"", "\n", "100000", "100000 0", "0 100000", "-1 100000", "a b"}) {
    EXPECT_EQ(cpus_with_v2(text), cpus_of_affinity()) << '"' << text << '"';
  }
  EXPECT_EQ(cpus_with_v1("50000\n", ""), cpus_of_affinity());
}

// As on a host, where the limit is set in a slice above the process's own cgroup.
TEST(AvailableCpus, RespectsLimitsOfAncestors) {
  const testing::Scratch scratch;
  const auto root = scratch.path() / "cgroup", slice = root / "user.slice";
  std::filesystem::create_directories(slice / "own.scope");
  std::ofstream(slice / "cpu.max") << "100000 100000\n";
  std::ofstream(slice / "own.scope" / "cpu.max") << "max 100000\n";
  std::ofstream(scratch.path() / "self") << "1:cpu:/elsewhere\n0::/user.slice/own.scope\n";
  EXPECT_EQ(available_cpus(root, scratch.path() / "self"), 1);
  EXPECT_EQ(available_cpus(root, scratch.path() / "missing"), cpus_of_affinity());
}

TEST(AvailableCpus, FollowsTheAffinityMask) {
  cpu_set_t before, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &before)) continue;
    CPU_SET(cpu, &one);
    break;
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  const int restricted = cpus_with_v2("max 100000\n");
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(restricted, 1);
}

TEST(DefaultThreads, AreTheLeastOfProcessorsAndVariables) {
  const auto threads = [](const char* wanted, const char* limit) {
    return threads_within(4, wanted, limit, nullptr);
  };
  EXPECT_EQ(threads(nullptr, nullptr), 4);
  EXPECT_EQ(threads("2", nullptr), 2);
  EXPECT_EQ(threads("8", nullptr), 4);
  EXPECT_EQ(threads(nullptr, "1"), 1);
  EXPECT_EQ(threads("2", "3"), 2);
  EXPECT_EQ(threads("3", "2"), 2);
  EXPECT_EQ(threads(nullptr, "99999999999999999999"), 4);
  EXPECT_EQ(threads_within(1, "8", "8", nullptr), 1);
}

TEST(DefaultThreads, ReadTheSyntaxOfOpenMP) {
  EXPECT_EQ(threads_in_list("4,2"), 4);
  EXPECT_EQ(threads_in_list(" 4 , 2 "), 4);
  EXPECT_EQ(threads_in_list("+3"), 3);
  EXPECT_EQ(threads_in_list("99999999999999999999"), std::numeric_limits<int>::max());
  EXPECT_EQ(threads_in_limit(" 3\t"), 3);
}

TEST(DefaultThreads, IgnoreWhatOpenMPIgnores) {
  for (const char* text : {"",
                           " ",
                           "0",
                           "-1",
                           "abc",
                           "2x",
                           "0x2",
                           "1e3",
                           "2.0",
                           ",",
                           "2,",
                           ",2",
                           "2,0",
                           "2,x",
                           "nan",
                           "inf",
                           "-99999999999999999999",
                           "++2",
                           "+-2",
                           "2 2"}) {
    EXPECT_EQ(threads_in_list(text), std::nullopt) << text;
    EXPECT_EQ(threads_within(4, text, nullptr, nullptr), 4) << text;
    EXPECT_EQ(threads_in_limit(text), std::nullopt) << text;
    EXPECT_EQ(threads_within(4, nullptr, text, nullptr), 4) << text;
  }
  EXPECT_EQ(threads_in_limit("4,2"), std::nullopt);
  EXPECT_EQ(threads_in_list(nullptr), std::nullopt);
}

TEST(DefaultThreads, AreOneWithoutParallelRegions) {
  EXPECT_EQ(threads_within(4, nullptr, nullptr, "0"), 1);
  EXPECT_EQ(threads_within(4, nullptr, nullptr, "1"), 4);
  EXPECT_EQ(threads_within(4, nullptr, nullptr, "x"), 4);
}

}  // namespace
}  // namespace reprise
