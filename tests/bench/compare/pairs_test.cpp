// Contenders compared with each other: equal ones are told apart as rarely as the level says,
// although the fastest is picked by the same rounds; and only pairs that an answer uses are judged.
#include "bench/compare/pairs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "bench/suite/answers.hpp"

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
  EXPECT_GT(pairs.median_minimum_detectable_effect, 0.05);
  EXPECT_LT(pairs.largest_minimum_detectable_effect, 2);
}

// A contender that borrows another one's code neither wins nor loses, even if it is fastest by
// luck.
TEST(Pairs, ContendersThatBorrowCodeAreLeftOut) {
  Noise noise;
  PartResult part{"layers", "", {}};
  part.comparison.looks = one_look(20, 0.05);
  part.comparison.judgement.alpha = 0.05;
  Measurements& m = part.comparison.measurements;
  m = drawn({"openmp, 1 thread", "onednn, 1 thread", "blas, 1 thread"}, 2, 20,
            [&](std::size_t c, std::size_t r) {
              return (1 + 0.01 * noise()) * (c == 1 ? 0.5 : c == 2 && r == 1 ? 2.0 : 1.0);
            });
  m.details[1][0].borrowed = m.details[2][0].borrowed = true;
  EXPECT_EQ(pairs_of(part).verdicts.size(), 2u);  // of the second row alone
  const auto answers = answers_of(part);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].text, "openmp, 1 thread; without code of their own here: blas, onednn");
  EXPECT_TRUE(answers[1].text.starts_with("onednn, 1 thread; openmp, 1 thread takes "))
      << answers[1].text;
  SuiteResult result;
  result.parts.push_back(part);
  EXPECT_EQ(backend_sentence(result),
            "Take onednn or openmp: each is the fastest backend, or as fast as it, in 1 of the 2 "
            "layers.");
}

TEST(Pairs, ThreadsAreComparedStepByStep) {
  Noise noise;
  PartResult part{"threads", "", {}};
  part.comparison.looks = one_look(20, 0.05);
  part.comparison.judgement.alpha = 0.05;
  part.comparison.measurements = drawn(
      {"openmp, 1 thread, passive", "openmp, 2 threads, passive", "openmp, 4 threads, passive",
       "openmp, 4 threads, active", "openmp, 8 threads, passive"},
      2, 20, [&](std::size_t c, std::size_t) {
        return (1 + 0.01 * noise()) * std::vector{4.0, 2.0, 1.99, 1.2, 3.0}[c];
      });
  // 1 to 2, 2 to 4, 4 to 8, and 4 that spin beside 4 that sleep; of both rows
  EXPECT_EQ(pairs_of(part).verdicts.size(), 8u);
  const auto answers = answers_of(part);
  ASSERT_EQ(answers.size(), 2u);
  for (const char* text : {"2 threads pays", "4 threads: no difference",
                           "oversubscription (8 threads) costs", "OMP_WAIT_POLICY=active pays"}) {
    EXPECT_NE(answers[0].text.find(text), std::string::npos) << answers[0].text;
  }
  SuiteResult result;
  result.parts.push_back(part);
  EXPECT_EQ(threads_sentence(result),
            "Threads that pay in an epoch: 2 threads for row0; 2 threads for row1.");
}

}  // namespace
}  // namespace reprise::compare
