// The rank test for rounds of three: its null distribution, its level on equal programs whatever
// their noise, ties, and the agreement of its bounds with its p.
#include "reprise/stats/blocked_rank.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "reprise/stats/sign_test.hpp"

namespace reprise {
namespace {

// Rounds of three values that are exchangeable within the round: each round has its own scale.
BlockedDifferences equal_programs(std::size_t rounds, std::mt19937& random, bool heavy_tails,
                                  double grid = 0) {
  std::cauchy_distribution<double> cauchy;
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> scale(0.1, 3);
  BlockedDifferences found;
  for (std::size_t i = 0; i < rounds; ++i) {
    const double size = scale(random);
    const auto value = [&] {
      const double x = size * (heavy_tails ? cauchy(random) : normal(random));
      return grid > 0 ? grid * std::round(x / grid) : x;
    };
    const double a = value(), b = value(), again = value();
    found.to_first.push_back(b - a);
    found.to_second.push_back(b - again);
  }
  return found;
}

// All 3^n equally likely results of up to six rounds.
TEST(BlockedRank, CriticalValuesAreThoseOfACount) {
  for (std::size_t n = 1; n <= 6; ++n) {
    std::vector<int> counts(2 * n + 1, 0);
    const int all = static_cast<int>(std::lround(std::pow(3, n)));
    for (int code = 0; code < all; ++code) {
      int sum = 0;
      for (int rest = code; rest > 0; rest /= 3) sum += rest % 3;
      ++counts[static_cast<std::size_t>(sum)];
    }
    for (const double share : {0.4, 0.2, 0.1, 0.05, 0.01, 0.001}) {
      int wanted = -1, below = 0;
      for (std::size_t k = 0; k < counts.size(); ++k) {
        below += counts[k];
        if (below > share * all) break;
        wanted = static_cast<int>(k);
      }
      EXPECT_EQ(blocked_rank_critical_value(n, share), wanted) << n << " " << share;
    }
  }
  EXPECT_EQ(blocked_rank_critical_value(0, 0.5), -1);
  EXPECT_EQ(blocked_rank_critical_value(3, 1.0 / 28), -1);  // 1/27 is the least
  EXPECT_EQ(blocked_rank_critical_value(3, 1.0 / 26), 0);
}

// 2,000 comparisons for each number of rounds: the share of rejections exceeds the level by no more
// than four standard errors, whatever the tails, with ties too. Without ties the test also comes
// near its level, so that it wastes little.
TEST(BlockedRank, HoldsItsLevelForEqualPrograms) {
  constexpr int kTrials = 2000;
  constexpr double kLevel = 0.05;
  const double error = std::sqrt(kLevel * (1 - kLevel) / kTrials);
  std::mt19937 random(11);
  for (const std::size_t n : {6, 12, 24, 60, 180}) {
    for (const bool heavy_tails : {false, true}) {
      for (const double grid : {0.0, 2.0}) {
        int rejected = 0, excluded = 0;
        for (int trial = 0; trial < kTrials; ++trial) {
          const auto differences = equal_programs(n, random, heavy_tails, grid);
          rejected += blocked_rank_p(differences) <= kLevel;
          excluded += blocked_shift(differences, kLevel).low > 0;
        }
        EXPECT_LE(rejected, kTrials * (kLevel + 4 * error))
            << n << " " << heavy_tails << " " << grid;
        EXPECT_EQ(rejected, excluded) << "the bound and the p are one test";
        if (grid == 0 && n >= 24) {  // few rounds have few attainable levels
          EXPECT_GE(rejected, kTrials * kLevel / 2) << n << " " << heavy_tails;
        }
      }
    }
  }
}

TEST(BlockedRank, ConstantDataNeverReject) {
  for (const std::size_t n : {1, 6, 180}) {
    const BlockedDifferences zeros{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
    EXPECT_DOUBLE_EQ(blocked_rank_p(zeros), 1);
    const BlockedShift shift = blocked_shift(zeros, 0.05);
    EXPECT_EQ(shift.estimate, 0);
    EXPECT_LE(shift.low, 0);
    EXPECT_GE(shift.high, 0);
  }
}

TEST(BlockedRank, NoRoundsSayNothing) {
  EXPECT_DOUBLE_EQ(blocked_rank_p({}), 1);
  const BlockedShift shift = blocked_shift({}, 0.05);
  EXPECT_TRUE(std::isinf(shift.low) && std::isinf(shift.high));
}

// The bounds are those shifts that the test does not reject, and mirror each other.
TEST(BlockedRank, BoundsAreTheShiftsThatAreNotRejected) {
  std::mt19937 random(12);
  for (const std::size_t n : {6, 17, 40}) {
    const BlockedDifferences found = equal_programs(n, random, false);
    const BlockedShift shift = blocked_shift(found, 0.05);
    const auto moved = [&](double by, double sign) {
      BlockedDifferences all = found;
      for (auto* list : {&all.to_first, &all.to_second}) {
        for (double& value : *list) value = sign * (value - by);
      }
      return blocked_rank_p(all);
    };
    constexpr double kStep = 1e-9;
    EXPECT_LE(moved(shift.low - kStep, 1), 0.05) << n;
    EXPECT_GT(moved(shift.low + kStep, 1), 0.05) << n;
    EXPECT_LE(moved(shift.high + kStep, -1), 0.05) << n;
    EXPECT_GT(moved(shift.high - kStep, -1), 0.05) << n;
    EXPECT_LE(shift.low, shift.estimate);
    EXPECT_LE(shift.estimate, shift.high);
  }
}

// The second run of A is worth something: a shift is found more often than by the sign test of B
// against A alone.
TEST(BlockedRank, FindsMoreThanTheSignTest) {
  std::mt19937 random(13);
  int by_ranks = 0, by_signs = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    BlockedDifferences differences = equal_programs(24, random, false);
    for (auto* list : {&differences.to_first, &differences.to_second}) {
      for (double& value : *list) value += 0.9;
    }
    by_ranks += blocked_rank_p(differences) <= 0.025;
    by_signs += sign_test_p(differences.to_first) <= 0.05;
  }
  EXPECT_GT(by_ranks, by_signs + 100);
}

}  // namespace
}  // namespace reprise
