// median_interval uses the ranks of fixtures/median_intervals.txt. tests/tools/peers_test.py checks
// the Python implementation in tools/peers/ratios.py against the same file.
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <sstream>
#include <vector>

#include "reprise/stats/intervals.hpp"
#include "tests/support/real_data.hpp"

namespace reprise {
namespace {

TEST(MedianInterval, UsesTheRanksOfTheFixture) {
  std::ifstream in(testing::source_file("tests/stats/fixtures/median_intervals.txt"));
  int lines = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    ++lines;
    std::size_t count = 0, low = 0;
    double coverage = 0;
    std::istringstream(line) >> count >> low >> coverage;
    std::vector<double> values(count);
    std::iota(values.begin(), values.end(), 1.0);
    const Interval interval = median_interval(values);
    EXPECT_EQ(interval.low, static_cast<double>(low)) << line;
    EXPECT_EQ(interval.high, static_cast<double>(count + 1 - low)) << line;
    EXPECT_NEAR(interval.confidence, coverage, 1e-12) << line;
  }
  EXPECT_EQ(lines, 55);
}

}  // namespace
}  // namespace reprise
