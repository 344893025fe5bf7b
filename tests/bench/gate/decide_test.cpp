// What rounds say: the screen, the confirmation, BASE compared with itself, and the rows.
#include "bench/gate/decide.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "bench/gate/flow.hpp"
#include "bench/gate/gate.hpp"
#include "bench/gate/label.hpp"
#include "tests/bench/compare/made_rounds.hpp"

namespace reprise::gate {
namespace {

using compare::add_noisy_round;
using compare::Measurements;
using compare::no_rounds;
using Factors = std::vector<std::vector<double>>;

// BASE, HEAD and BASE again in three benchmarks; HEAD is slower in the second.
Factors slower_by(double factor) { return {{1, 1, 1}, {1, factor, 1}, {1, 1, 1}}; }

Measurements rounds(int count, double noise, const Factors& factors, unsigned seed = 1) {
  std::mt19937 random(seed);
  Measurements m = no_rounds(factors.front().size());
  for (int i = 0; i < count; ++i) add_noisy_round(m, random, noise, factors);
  return m;
}

// Made rounds that take a quarter of a second for each benchmark.
class MadeSource : public RoundSource {
 public:
  MadeSource(double noise, Factors factors, unsigned seed = 1)
      : noise_(noise), factors_(std::move(factors)), random_(seed) {}
  void run_round(Measurements& m) override {
    Factors factors = factors_;
    if (m.benchmarks.empty()) {
      m = no_rounds(running_.size());
      m.benchmarks = running_;
    }
    if (m.benchmarks.size() < factors_[0].size()) {  // the suspects alone
      for (auto& of_one : factors) of_one.clear();
      for (const std::string& name : m.benchmarks) {
        const auto b = static_cast<std::size_t>(name.back() - '0');
        for (std::size_t c = 0; c < 3; ++c) {
          factors[c].push_back(suspects_vanish ? 1 : factors_[c][b]);
        }
      }
    }
    add_noisy_round(m, random_, noise_, factors);
    std::normal_distribution<double> normal;
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
      if (m.benchmarks[b] != restless) continue;
      for (auto& timings : m.rounds.back().timings) {
        timings[b].real_ns *= std::exp(0.5 * normal(random_));
      }
    }
    seconds_ += round_seconds();
  }
  void run_only(const std::vector<std::string>& benchmarks) override {
    running_ = benchmarks;
    asked.push_back(benchmarks);
  }
  double seconds() const override { return seconds_; }
  double round_seconds() const override {
    return static_cast<double>(running_.empty() ? factors_[0].size() : running_.size()) / 4;
  }
  void done(const Measurements&, int) override {}

  std::vector<std::vector<std::string>> asked;
  std::string restless;          // so noisy a benchmark that it stays open
  bool suspects_vanish = false;  // no benchmark is slower once it is measured alone

 private:
  double noise_;
  Factors factors_;
  std::mt19937 random_;
  std::vector<std::string> running_;
  double seconds_ = 0;
};

GateResult result_of(RoundSource& source, double budget, std::size_t benchmarks = 3,
                     GateOptions options = {}) {
  GateRounds rounds;
  rounds.screen = no_rounds(benchmarks);
  run_flow(rounds, source, options, budget);
  GateResult result;
  result.options = options;
  result.out_of_time = rounds.out_of_time;
  label(result, rounds.screen, rounds.fresh, rounds.confirm_looks);
  return result;
}

TEST(Screen, ClearsSuspectsAndLeavesOpen) {
  const GateOptions options;
  const Measurements m = rounds(18, 0.01, {{1, 1, 1}, {1, 1.2, 1.05}, {1, 1, 1}});
  EXPECT_EQ(screen_one(m, 0, 18, options), Screened::not_slower);
  EXPECT_EQ(screen_one(m, 1, 18, options), Screened::suspect);
  EXPECT_EQ(screen_one(m, 2, 18, options), Screened::open);
  // a HEAD that is faster passes at the first look
  const Measurements faster = rounds(18, 0.05, {{1}, {0.7}, {1}});
  EXPECT_EQ(screen_one(faster, 0, 18, options), Screened::not_slower);
}

TEST(Screen, SaysTheSameAgainOfBenchmarksThatHaveLeft) {
  Measurements m = rounds(18, 0.01, {{1, 1, 1}, {1, 1.2, 1.05}, {1, 1, 1}});
  look_at_screen(m, {});
  std::mt19937 random(9);
  for (int i = 0; i < 18; ++i) add_noisy_round(m, random, 0.01, slower_by(1));
  EXPECT_EQ(screened(m, {}),
            (std::vector{Screened::not_slower, Screened::suspect, Screened::open}));
}

TEST(Screen, TheControlKernelIsNoSubject) {
  Measurements m = rounds(18, 0.01, slower_by(1.5));
  m.benchmarks[1] = "control/frozen_1";
  GateResult result;
  label(result, m, Measurements{}, {});
  EXPECT_EQ(result.rows.size(), 2u);
  look_at_screen(m, {});
  EXPECT_TRUE(m.has_left(1));
}

TEST(Confirmation, NeedsTheLevelAndTheMargin) {
  const GateOptions options;
  const auto found = [&](double factor, double noise) {
    return confirmations(rounds(24, noise, {{1}, {factor}, {1}}), {24}, options)[0].found;
  };
  EXPECT_EQ(found(1.1, 0.01), Confirmed::slower);
  EXPECT_EQ(found(1.0, 0.01), Confirmed::not_slower);
  EXPECT_EQ(found(1.03, 0.001), Confirmed::not_slower);  // certain, and within the margin
  EXPECT_EQ(found(1.06, 0.3), Confirmed::open);
}

TEST(Confirmation, HolmCountsEverySuspect) {
  // 20 of 24 rounds are slower: p = 0.0008, which is enough for one suspect and not for ten
  Measurements m = no_rounds(10);
  for (int i = 0; i < 24; ++i) {
    compare::Round round;
    for (std::size_t c = 0; c < 3; ++c) {
      round.timings.emplace_back();
      for (std::size_t b = 0; b < 10; ++b) {
        const double ns = c == 1 ? (i < 20 ? 120 : 80) : 100;
        round.timings.back().push_back({ns, ns, ""});
      }
    }
    m.rounds.push_back(round);
  }
  EXPECT_EQ(confirmations(m, {24}, {})[0].found, Confirmed::open);
  Measurements one = m;
  one.benchmarks.resize(1);
  EXPECT_EQ(confirmations(one, {24}, {})[0].found, Confirmed::slower);
}

// Equal programs with heavy tails, all three looks, ten suspects: named at most as often as the
// level says.
TEST(Confirmation, KeepsItsLevel) {
  std::mt19937 random(5);
  std::student_t_distribution<double> heavy(1.5);
  GateOptions options;
  options.margin = 1e-9;  // the margin alone would pass almost every bound
  options.level = 0.05;
  constexpr int kTrials = 600;
  int named = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    Measurements m = no_rounds(10);
    for (int i = 0; i < 72; ++i) {
      add_noisy_round(
          m, random, 0,
          {std::vector<double>(10, 1), std::vector<double>(10, 1), std::vector<double>(10, 1)});
      for (auto& timings : m.rounds.back().timings) {
        for (auto& timing : timings) timing.real_ns *= std::exp(0.01 * heavy(random));
      }
    }
    named += std::ranges::any_of(confirmations(m, {24, 48, 72}, options),
                                 [](const auto& one) { return one.found == Confirmed::slower; });
  }
  EXPECT_LE(named, kTrials * (0.05 + 4 * std::sqrt(0.05 * 0.95 / kTrials)));
  EXPECT_GT(named, 0);
}

TEST(Flow, EqualProgramsPassAtTheFirstLook) {
  MadeSource source(0.01, slower_by(1));
  const GateResult result = result_of(source, 1000);
  EXPECT_EQ(exit_code_of(result), ExitCode::done);
  EXPECT_EQ(result.screen_rounds, 18);
  EXPECT_EQ(result.confirm_rounds, 0);
}

TEST(Flow, ASlowBenchmarkIsConfirmedAloneAndNamedAlone) {
  MadeSource source(0.01, slower_by(1.1));
  const GateResult result = result_of(source, 1000);
  EXPECT_EQ(exit_code_of(result), ExitCode::no);
  EXPECT_EQ(result.rows[0].label, Label::not_slower);
  EXPECT_EQ(result.rows[1].label, Label::regression);
  EXPECT_EQ(result.rows[2].label, Label::not_slower);
  EXPECT_EQ(source.asked.back(), (std::vector<std::string>{"f/1"}));
  ASSERT_TRUE(result.rows[1].confirmed);
  EXPECT_NEAR(result.rows[1].confirmed->ratio, 1.1, 0.01);
  EXPECT_EQ(result.confirm_rounds, 24);
}

TEST(Flow, DecidedBenchmarksLeaveAndTheOthersGoOn) {
  MadeSource source(0.002, slower_by(1.0499));
  const GateResult result = result_of(source, 1000);
  EXPECT_EQ(source.asked.front(), (std::vector<std::string>{"f/1"}));
  EXPECT_EQ(result.rows[0].screened.rounds, 18);
  EXPECT_GT(result.rows[1].screened.rounds, 18);
}

TEST(Flow, ABudgetThatEndsTheScreenIsOutOfTimeAndNotAPass) {
  MadeSource source(0.5, slower_by(1));
  const GateResult result = result_of(source, 20);
  EXPECT_TRUE(result.out_of_time);
  EXPECT_EQ(exit_code_of(result), ExitCode::undecided);
  EXPECT_EQ(result.rows[0].label, Label::undecided);
}

TEST(Flow, ASuspectWithoutTimeToConfirmIsUndecided) {
  MadeSource source(0.01, slower_by(1.2));
  const GateResult result = result_of(source, 13.6);
  EXPECT_EQ(result.rows[1].label, Label::undecided);
  EXPECT_NE(result.rows[1].why.find("suspects"), std::string::npos) << result.rows[1].why;
}

// The screen keeps 8 of 48 s for confirming, of which 24 rounds of one suspect take 6.
TEST(Flow, TheScreenGoesOnWithTheTimeThatConfirmingLeaves) {
  MadeSource source(0.002, slower_by(1.2));
  source.restless = "f/2";
  source.suspects_vanish = true;
  const GateResult result = result_of(source, 48);
  EXPECT_EQ(result.rows[1].label, Label::not_slower);
  EXPECT_EQ(result.rows[2].label, Label::undecided);
  EXPECT_EQ(result.confirm_rounds, 24);
  EXPECT_EQ(result.screen_rounds, 132);  // 18 of all, 106 of one before confirming, 8 after it
  EXPECT_TRUE(result.out_of_time);
}

TEST(Flow, AResumedGateGoesOnWithTheScreenToo) {
  MadeSource first(0.002, slower_by(1.2)), second(0.002, slower_by(1.2), 2);
  first.restless = second.restless = "f/2";
  GateRounds rounds;
  rounds.screen = no_rounds(3);
  run_flow(rounds, first, {}, 30);
  const auto before = rounds.screen.rounds.size();
  ASSERT_EQ(rounds.fresh.rounds.size(), 24u);
  run_flow(rounds, second, {}, 5);
  EXPECT_EQ(rounds.screen.rounds.size(), before + 20);
  EXPECT_EQ(rounds.fresh.rounds.size(), 24u);
  EXPECT_EQ(second.asked, (std::vector<std::vector<std::string>>{{"f/2"}}));
}

TEST(Flow, ASuspectAfterConfirmingIsUndecided) {
  MadeSource first(0.002, slower_by(1.2));
  MadeSource second(0.002, {{1, 1, 1}, {1, 1.2, 2}, {1, 1, 1}});
  first.restless = "f/2";
  GateRounds rounds;
  rounds.screen = no_rounds(3);
  run_flow(rounds, first, {}, 30);
  run_flow(rounds, second, {}, 100);
  GateResult result;
  label(result, rounds.screen, rounds.fresh, rounds.confirm_looks);
  EXPECT_EQ(result.rows[1].label, Label::regression);
  EXPECT_EQ(result.rows[2].label, Label::undecided);
  EXPECT_NE(result.rows[2].why.find("suspects"), std::string::npos) << result.rows[2].why;
}

TEST(Flow, BaseThatDiffersFromItselfIsUndecided) {
  MadeSource source(0.01, {{1, 1, 1}, {1, 1, 1}, {1, 1.2, 1}});
  const GateResult result = result_of(source, 1000);
  EXPECT_EQ(result.rows[0].label, Label::not_slower);
  EXPECT_EQ(result.rows[1].label, Label::undecided);
  EXPECT_TRUE(result.rows[1].control.differs);
  EXPECT_EQ(exit_code_of(result), ExitCode::undecided);
}

TEST(Rows, FailedMissingAndNewBenchmarks) {
  Measurements m = rounds(18, 0.01, slower_by(1));
  m.rounds[3].timings[1][0].error = "wrong answer";
  m.rounds[0].timings[2][1].error = "no memory";
  m.rounds[3].timings[0][2].error = "nothing is prepared";  // not from the start
  m.missing = {"gone", "skipped"};
  m.left_out = {{"gone", "of A"}, {"skipped", "skipped by B: no such unit"}, {"new", "of B"}};
  look_at_screen(m, {});
  GateResult result;
  label(result, m, Measurements{}, {});
  ASSERT_EQ(result.rows.size(), 5u);
  EXPECT_EQ(result.rows[0].label, Label::failed_in_head);
  EXPECT_EQ(result.rows[0].why, "wrong answer");
  EXPECT_EQ(result.rows[1].label, Label::failed_in_base);
  EXPECT_EQ(result.rows[2].label, Label::undecided);
  EXPECT_EQ(result.rows[3].label, Label::missing);
  EXPECT_EQ(result.rows[4].why, "HEAD skips it: no such unit");
  EXPECT_EQ(result.new_in_head, std::vector<std::string>{"new"});
}

TEST(AcceptedSlowdowns, LabelRegressionsAndNameWhatNothingNeeded) {
  GateResult result;
  Row row{.benchmark = "f/0/real_time", .label = Label::regression};
  row.confirmed = Estimate{24, 1.12, 1.1, 1.14};
  result.rows = {row};
  const std::string commit(40, 'a'), other(40, 'b');
  const std::vector<Accepted> entries{
      {commit, "f/0", 1.1, "why"}, {other, "f/0", 1.5, "why"}, {commit, "f/1", 1.1, "why"}};
  apply_accepted(result, entries, [&](const std::string& one) { return one == commit; });
  EXPECT_EQ(result.rows[0].label, Label::accepted);
  EXPECT_EQ(exit_code_of(result), ExitCode::done);
  EXPECT_EQ(result.unused.size(), 2u);
  result.rows[0].label = Label::regression;
  result.rows[0].confirmed->low = 1.16;  // shown to be beyond 1.1 * 1.05
  result.unused.clear();
  apply_accepted(result, entries, [&](const std::string& one) { return one == commit; });
  EXPECT_EQ(result.rows[0].label, Label::regression);
}

}  // namespace
}  // namespace reprise::gate
