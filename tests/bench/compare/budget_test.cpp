// A short budget shortens the measuring time, and the rounds that were planned fit.
#include "bench/compare/budget.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bench/compare/comparison_plan.hpp"

namespace reprise::compare {
namespace {

// Programs with 30 benchmarks that take `start` seconds, and `factor` times their measuring time.
struct Programs {
  double start = 0.01, factor = 1;
  std::vector<double> min_times{};  // of the pilots
  double spent = 0;

  std::optional<Fitted> fit(double budget) {
    const auto run = [&](double min_time, double limit) -> std::optional<Pilot> {
      min_times.push_back(min_time);
      const double seconds = start + 30 * factor * min_time;
      spent += std::min(seconds, limit);
      if (seconds > limit) return {};
      return Pilot{seconds, 30};
    };
    return fit_to_budget(0.02, budget, run, [&] { return spent; });
  }
};

TEST(Budget, ThatIsLongChangesNothing) {
  Programs programs;
  const auto fitted = programs.fit(60);
  ASSERT_TRUE(fitted);
  EXPECT_EQ(fitted->min_time, 0.02);
  EXPECT_DOUBLE_EQ(fitted->round_seconds, 0.61);
  EXPECT_EQ(programs.min_times, std::vector<double>{0.02});
}

TEST(Budget, ThatIsShortLeavesTheFewestRoundsWhateverProgramsTake) {
  for (const double factor : {0.7, 1.0, 3.0, 10.0}) {
    Programs programs{.factor = factor};
    const double budget = 0.5 * kFewestRounds * (0.01 + 30 * factor * 0.02);
    const auto fitted = programs.fit(budget);
    ASSERT_TRUE(fitted);
    EXPECT_GT(fitted->min_time, kLeastMinTime);
    EXPECT_LT(fitted->min_time, 0.02);
    // what is planned is what the programs take, and the rounds fit beside the pilots
    EXPECT_NEAR(fitted->round_seconds, 0.01 + 30 * factor * fitted->min_time, 1e-9) << factor;
    EXPECT_LE(programs.spent + kFewestRounds * fitted->round_seconds, budget + 1e-9) << factor;
    EXPECT_LE(programs.min_times.size(), 3u);
  }
}

TEST(Budget, ThatIsShorterLeavesTheLeastMeasuringTime) {
  Programs programs{.start = 0.1};
  const auto fitted = programs.fit(2);
  ASSERT_TRUE(fitted);
  EXPECT_EQ(fitted->min_time, kLeastMinTime);
  EXPECT_DOUBLE_EQ(fitted->round_seconds, 0.13);
}

TEST(Budget, ThatIsTooShortIsNotExceeded) {
  Programs programs{.start = 5};
  EXPECT_FALSE(programs.fit(2));
  EXPECT_DOUBLE_EQ(programs.spent, 2);
}

}  // namespace
}  // namespace reprise::compare
