// The simulation on made rounds, where what must come out is known.
#include "bench/gate/simulation.hpp"

#include <gtest/gtest.h>

#include <random>

#include "reprise/core/error.hpp"
#include "tests/bench/compare/made_rounds.hpp"

namespace reprise::gate {
namespace {

compare::Measurements recorded(int rounds, double noise) {
  std::mt19937 random(7);
  compare::Measurements m = compare::no_rounds(4);
  for (int i = 0; i < rounds; ++i) {
    compare::add_noisy_round(
        m, random, noise,
        {std::vector<double>(4, 1), std::vector<double>(4, 1), std::vector<double>(4, 1)});
  }
  return m;
}

SimulationOptions few() {
  SimulationOptions options;
  options.gates = 60;
  return options;
}

TEST(Simulation, QuietEqualProgramsPassSoon) {
  const EqualRuns runs = simulate_equal(recorded(60, 0.005), few());
  EXPECT_NEAR(runs.passed, 1, 1e-9);
  EXPECT_EQ(runs.failed, 0);
  EXPECT_NEAR(runs.decided_by_compare, 1, 1e-9);
  // 18 rounds of 3 x (0.3 + 4 x 0.027) s
  EXPECT_NEAR(runs.median_seconds, 22.03, 0.01);
}

TEST(Simulation, EachStepDecidesMore) {
  const EqualRuns runs = simulate_equal(recorded(120, 0.06), few());
  EXPECT_LE(runs.decided_by_compare, runs.with_both_runs);
  EXPECT_LT(runs.decided_by_compare + 0.2, runs.one_sided);
  EXPECT_LE(runs.with_both_runs, runs.one_sided + 0.1);
  EXPECT_EQ(runs.failed, 0);
}

TEST(Simulation, ASlowedBenchmarkIsFoundAndNoOtherNamed) {
  const SlowedRuns runs = simulate_slowed(recorded(120, 0.02), 0.10, few());
  EXPECT_GE(runs.found, 0.95);
  EXPECT_EQ(runs.wrongly_named, 0);
}

TEST(Simulation, TheSameSeedGivesTheSameAnswer) {
  const auto rounds = recorded(60, 0.05);
  EXPECT_EQ(simulate_equal(rounds, few()).one_sided, simulate_equal(rounds, few()).one_sided);
}

TEST(Simulation, FewRoundsAreRefused) {
  EXPECT_THROW(simulate_equal(recorded(59, 0.01), few()), Error);
}

}  // namespace
}  // namespace reprise::gate
