// Contenders compared with each other: equal ones are told apart as rarely as the level says,
// although the fastest is picked by the same rounds.
#include "bench/compare/pairs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace reprise::compare {
namespace {

// Rounds of `contenders` and the control; `draw(contender, benchmark)` gives each time.
template <class Draw>
Measurements drawn(const std::vector<std::string>& contenders, std::size_t rows, int rounds,
                   Draw draw) {
  Measurements m;
  for (const std::string& name : contenders) m.contenders.push_back({name});
  m.contenders.push_back({contenders.front() + " again"});
  for (std::size_t r = 0; r < rows; ++r)
    m.benchmarks.push_back("epoch/row" + std::to_string(r) + "/x");
  m.details.assign(m.contenders.size(), std::vector<BenchmarkDetails>(rows));
  for (int i = 0; i < rounds; ++i) {
    Round round;
    for (std::size_t c = 0; c < m.contenders.size(); ++c) {
      round.timings.emplace_back();
      for (std::size_t r = 0; r < rows; ++r) {
        const double time = draw(c % m.control(), r);
        round.timings.back().push_back({time, time, ""});
      }
    }
    m.rounds.push_back(round);
  }
  return m;
}

class Noise {
 public:
  double operator()() { return std::exp(0.2 * normal_(random_)); }

 private:
  std::mt19937 random_{7};
  std::normal_distribution<double> normal_;
};

const std::vector<std::string> kSix{"a", "b", "c", "d", "e", "f"};

// 400 runs of six equal contenders: without doubling p for the picking, 6 % of them told some
// apart.
TEST(Pairs, EqualContendersAreRarelyToldApart) {
  Noise noise;
  int wrong = 0;
  for (int run = 0; run < 400; ++run) {
    const auto m = drawn(kSix, 11, 16, [&](std::size_t, std::size_t) { return noise(); });
    const auto pairs = judge_pairs(m, pairs_with_fastest(m, Clock::real_time), true, 0.05, {});
    EXPECT_EQ(pairs.verdicts.size(), 55u);
    for (const Winner& winner : winners(m, pairs, {})) {
      if (winner.as_good.size() < 5) {
        ++wrong;
        break;
      }
    }
  }
  EXPECT_LE(wrong, 20);
}

TEST(Pairs, ASlowerContenderIsFound) {
  Noise noise;
  const auto m = drawn(kSix, 3, 20,
                       [&](std::size_t c, std::size_t) { return noise() * (c == 2 ? 1.0 : 3.0); });
  const auto pairs = judge_pairs(m, pairs_with_fastest(m, Clock::real_time), true, 0.05, {});
  for (const Winner& winner : winners(m, pairs, {})) {
    EXPECT_EQ(winner.best, 2u);
    EXPECT_TRUE(winner.as_good.empty());
  }
  EXPECT_EQ(between(pairs, 0, 2, 4).label, Label::regression);
  EXPECT_EQ(between(pairs, 0, 4, 2).label, Label::improvement);
  EXPECT_EQ(between(pairs, 0, 4, 5).label, Label::failed);  // the pair was not judged
  EXPECT_EQ(pairs.rounds_needed, 11);  // 15 pairs, each p twice: 2 x 15 x 2 / 2^11 is below .05
  EXPECT_GT(pairs.detectable.median, 0.05);
  EXPECT_LT(pairs.detectable.largest, 2);
}

}  // namespace
}  // namespace reprise::compare
