// A comparison that is interrupted or that a failing program ends loses no complete round.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "bench/compare/comparison.hpp"
#include "bench/compare/state_file.hpp"
#include "reprise/record/environment.hpp"
#include "tests/bench/compare/result_json.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::compare {
namespace {

using ::testing::HasSubstr;

class Resume : public ::testing::Test {
 protected:
  // Both are shell commands; `b` may fail.
  ComparisonPlan plan(const std::string& b, int rounds) {
    ComparisonPlan plan;
    plan.contenders = {shell_contender("sleep 0.05"), shell_contender(b)};
    plan.rounds = rounds;
    plan.state = folder_.path() / "state.json";
    return plan;
  }
  testing::Scratch folder_;
};

TEST_F(Resume, AProgramThatFailsLateLeavesTheEarlierRounds) {
  // the pilot and two rounds succeed, later rounds fail
  const std::string count = (folder_.path() / "count").string();
  const auto failing = plan("echo x >> " + count + "; test $(wc -l < " + count + ") -le 3", 20);
  const Comparison found = run_comparison(failing, nullptr);
  EXPECT_EQ(found.measurements.rounds.size(), 2u);
  EXPECT_EQ(found.judgement.rounds, 2);
  ASSERT_TRUE(found.failure.has_value());
  EXPECT_THAT(found.failure->what(), HasSubstr("exit code 1"));
  EXPECT_GT(found.measurements.control_time(), 0);
  EXPECT_EQ(read_state(*failing.state, state_key(failing)).measurements.rounds.size(), 2u);
}

TEST_F(Resume, AProgramThatFailsAtOnceIsAnError) {
  EXPECT_THAT(line_of([&] { run_comparison(plan("exit 3", 20), nullptr); }),
              HasSubstr("exit 3: exit code 3"));
}

TEST_F(Resume, ContinuesWithTheSameNumberOfRoundsAndEstimatesTheirTime) {
  auto first = plan("sleep 0.05", 6);
  first.all_rounds = true;
  run_comparison(first, nullptr);
  // as after an interruption: two rounds of six
  State state = read_state(*first.state, state_key(first));
  state.measurements.rounds.resize(2);
  state.ledger.made.clear();
  write_state(*first.state, state_key(first), state);

  auto again = first;
  again.resume = true;
  again.rounds_given = true;
  again.rounds = 7;
  EXPECT_THAT(line_of([&] { run_comparison(again, nullptr); }),
              HasSubstr("--rounds: found 7, expected the 6 that"));
  again.rounds = 6;
  std::vector<Progress> seen;
  const Comparison found = run_comparison(again, [&](const Progress& p) { seen.push_back(p); });
  EXPECT_EQ(found.measurements.rounds.size(), 6u);
  ASSERT_EQ(seen.size(), 4u);
  // a round sleeps at least .15 s, and so does each of the three that are left
  EXPECT_GE(seen.front().seconds_left, 3 * 0.15);
}

TEST_F(Resume, RefusesNumbersThatCannotBe) {
  auto first = plan("true", 2);
  run_comparison(first, nullptr);
  const std::string key = state_key(first);
  const State right = read_state(*first.state, key);
  for (const double min_time : {0.0, -1.0, 1e3}) {
    State wrong = right;
    wrong.min_time = min_time;
    write_state(*first.state, key, wrong);
    first.resume = true;
    EXPECT_THAT(line_of([&] { run_comparison(first, nullptr); }),
                HasSubstr("state.json: found min_time"));
  }
}

// A container has another host name each time it starts; another processor has other times.
TEST_F(Resume, RefusesTheStateOfAnotherMachine) {
  auto first = plan("true", 2);
  run_comparison(first, nullptr);
  nlohmann::json key = nlohmann::json::parse(state_key(first));
  EXPECT_EQ(key["machine"], machine_id());
  EXPECT_FALSE(key.contains("host"));
  key["machine"] = "other-19.11.1-2cpu-avx2";
  write_state(*first.state, key.dump(), read_state(*first.state, state_key(first)));
  first.resume = true;
  EXPECT_THAT(line_of([&] { run_comparison(first, nullptr); }),
              HasSubstr("found the state of another comparison, expected the same machine"));
}

// However often a comparison is ended and resumed, all its looks together spend at most the level.
TEST_F(Resume, AllLooksTogetherSpendTheLevel) {
  const auto ended = plan("sleep 0.05", 12);
  run_comparison(ended, nullptr);
  auto again = plan("sleep 0.05", 12);
  again.resume = true;
  State state = read_state(*ended.state, state_key(ended));
  // as if a budget had ended it after four rounds, and that had been shown
  state.ledger.made = {{4, state.ledger.planned.alpha_at(4, 0)}};
  state.measurements.rounds.resize(4);
  state.noise_warnings = {"a neighbour"};
  state.seconds = 1000;
  write_state(*ended.state, state_key(ended), state);
  const Comparison found = run_comparison(again, nullptr);
  EXPECT_THAT(found.noise_warnings, ::testing::Contains("a neighbour"));
  EXPECT_GT(found.seconds, 1000);
  const auto made = read_state(*ended.state, state_key(again)).ledger.made;
  ASSERT_GE(made.size(), 2u);
  double spent = 0;
  for (const LookMade& look : made) spent += look.alpha;
  EXPECT_LE(spent, 0.05 + 1e-12);
  EXPECT_NEAR(made[1].alpha, 0.05 * (36.0 - 16.0) / 144, 1e-12);  // the look after 6 rounds
  // a second look at the same rounds is not recorded
  run_comparison(again, nullptr);
  EXPECT_EQ(read_state(*ended.state, state_key(again)).ledger.made.size(), made.size());
  // no look follows a final one
  state.ledger.made = {{4, 0.05}};
  write_state(*ended.state, state_key(ended), state);
  const Comparison last = run_comparison(again, nullptr);
  EXPECT_EQ(last.measurements.rounds.size(), 4u);
  EXPECT_DOUBLE_EQ(last.judgement.alpha, 0.05);
}

}  // namespace
}  // namespace reprise::compare
