// How much memory the triad takes, and how measured peak rates are kept for a machine.
#include "bench/harness/peaks.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "bench/harness/kept_peaks.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::bench {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

TEST(TriadBytes, AreFourTimesTheLastCacheButAtMost144MiB) {
  EXPECT_EQ(triad_bytes(8 * kMiB), 32 * kMiB);
  EXPECT_EQ(triad_bytes(36 * kMiB), 144 * kMiB);
  EXPECT_EQ(triad_bytes(480 * kMiB), 144 * kMiB);
  EXPECT_EQ(triad_bytes(std::numeric_limits<std::size_t>::max()), 144 * kMiB);
}

TEST(TriadPlace, IsMemoryOnlyIfTheArraysAreFourTimesTheCache) {
  EXPECT_EQ(triad_place(36 * kMiB), "memory");
  EXPECT_EQ(triad_place(37 * kMiB), "memory and last-level cache");
  EXPECT_EQ(triad_place(143 * kMiB), "memory and last-level cache");
  EXPECT_EQ(triad_place(144 * kMiB), "last-level cache");
  EXPECT_EQ(triad_place(std::numeric_limits<std::size_t>::max()), "last-level cache");
}

class KeptPeaks : public ::testing::Test {
 protected:
  Peaks peaks(const std::string& machine, int threads) {
    return kept_peaks(file_, machine, threads, [&] {
      ++measured_;
      return Peaks{.gflops = 10.0 * measured_, .gbytes = 5, .triad_place = "last-level cache"};
    });
  }

  const testing::Scratch scratch_;
  std::filesystem::path file_ = scratch_.path() / "new" / "reprise" / "peaks.json";
  int measured_ = 0;
};

TEST_F(KeptPeaks, AreMeasuredOnceForEachNumberOfThreads) {
  EXPECT_EQ(peaks("this", 1).gflops, 10);
  EXPECT_EQ(peaks("this", 2).gflops, 20);
  const Peaks again = peaks("this", 1);
  EXPECT_EQ(again.gflops, 10);
  EXPECT_EQ(again.gbytes, 5);
  EXPECT_EQ(again.triad_place, "last-level cache");
  EXPECT_EQ(measured_, 2);
}

TEST_F(KeptPeaks, OfAnotherMachineAreReplaced) {
  peaks("this", 1);
  EXPECT_EQ(peaks("other", 1).gflops, 20);
  EXPECT_EQ(peaks("other", 1).gflops, 20);
  EXPECT_EQ(peaks("this", 1).gflops, 30);
}

TEST_F(KeptPeaks, ThatAreDamagedAreMeasuredAgain) {
  std::filesystem::create_directories(file_.parent_path());
  int expected = 0;
  for (const char* text :
       {"", "{", "[]", "null", R"({"machine": "this"})", R"({"machine": "this", "peaks": []})",
        R"({"machine": "this", "peaks": {"1": [1]}})",
        R"({"machine": "this", "peaks": {"1": ["a", "b", "c"]}})",
        R"({"machine": "this", "peaks": {"1": [0, 1, "memory"]}})",
        R"({"machine": "this", "peaks": {"1": [-1, 1, "memory"]}})",
        R"({"machine": "this", "peaks": {"1": [1, 1, false]}})",
        R"({"machine": "this", "peaks": {"1": [1e999, 1, "memory"]}})"}) {
    std::ofstream(file_) << text;
    EXPECT_EQ(peaks("this", 1).gflops, 10 * ++expected) << text;
    EXPECT_EQ(peaks("this", 1).gflops, 10 * expected) << text;
  }
}

TEST_F(KeptPeaks, NeedNoFile) {
  file_ = "";
  EXPECT_EQ(peaks("this", 1).gflops, 10);
  file_ = "/dev/null/reprise/peaks.json";  // cannot be written
  EXPECT_EQ(peaks("this", 1).gflops, 20);
  EXPECT_EQ(peaks("this", 1).gflops, 30);
}

}  // namespace
}  // namespace reprise::bench
