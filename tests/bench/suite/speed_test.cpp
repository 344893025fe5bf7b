// The verdicts of `reprise speed` on made measurements.
#include "bench/suite/speed.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "reprise/core/error.hpp"

namespace reprise::suite {
namespace {

// Contenders: openmp, avx512; openmp, avx2; onednn; mkl; openmp again. `times` has one entry for
// each benchmark, with one time for each contender; `spread` is how far a round's times lie apart.
SpeedResult result_of(const std::vector<std::vector<double>>& times, int rounds = 21,
                      double spread = 0.01) {
  SpeedResult result;
  result.isa = "avx512";
  compare::Comparison comparison;
  comparison.looks = compare::one_look(rounds, 0.05);
  comparison.judgement.rounds = rounds;
  comparison.judgement.alpha = 0.05;
  comparison.commands.assign(5, "bench_dense");
  compare::Measurements& m = comparison.measurements;
  m.contenders = {{"openmp, avx512"},
                  {"openmp, avx2", {{"question", "isa"}}},
                  {"onednn", {{"question", "library"}}},
                  {"mkl", {{"question", "library"}}},
                  {"openmp, avx512 again"}};
  for (std::size_t b = 0; b < times.size(); ++b) {
    m.benchmarks.push_back("dense_step/made_" + std::to_string(b) + "/dtype:float32/data:random");
  }
  m.details.assign(5, std::vector<compare::BenchmarkDetails>(times.size()));
  for (int i = 0; i < rounds; ++i) {
    compare::Round round;
    for (std::size_t c = 0; c < 5; ++c) {
      round.timings.emplace_back();
      for (const auto& of_benchmark : times) {
        const double factor = c == 0 ? 1 + spread * (i % 7 - 3) / 3 : 1;
        const double ns = of_benchmark[c % 4] * factor;
        round.timings.back().push_back({ns, ns, ""});
      }
    }
    m.rounds.push_back(round);
  }
  result.parts.push_back({"dense", comparison});
  return result;
}

compare::Measurements& measurements(SpeedResult& result) {
  return result.parts.front().comparison.measurements;
}

std::vector<std::string> outcomes(const SpeedResult& result) {
  std::vector<std::string> all;
  for (const SpeedRow& row : judge_speed(result)) {
    all.push_back(std::string(name_of(row.question)) + " " + row.name.substr(11) + " " +
                  std::string(name_of(row.outcome)) + " " + row.other);
  }
  return all;
}

ExitCode exit_of(const SpeedResult& result) {
  return exit_code_of(judge_speed(result), result.bounds);
}

using Texts = std::vector<std::string>;

TEST(Speed, PassesWithinTheBounds) {
  const auto result = result_of({{100, 90, 95, 200}, {100, 300, 200, 94}});
  EXPECT_EQ(outcomes(result),
            (Texts{"isa made_0 passes openmp, avx2", "isa made_1 passes openmp, avx2",
                   "library made_0 passes onednn", "library made_1 passes mkl"}));
  EXPECT_EQ(exit_of(result), ExitCode::done);
  const SpeedRow row = judge_speed(result)[2];
  EXPECT_NEAR(row.ratio, 100 / 95.0, 1e-9);
  EXPECT_LE(row.low, row.ratio);
  EXPECT_EQ(row.ours_ns, 100);
  EXPECT_EQ(row.other_ns, 95);
}

TEST(Speed, FailsIfALowerIsaIsFasterByMoreThan1_15) {
  const auto result = result_of({{100, 80, 200, 300}, {100, 90, 100, 100}});
  EXPECT_EQ(outcomes(result)[0], "isa made_0 too slow openmp, avx2");
  EXPECT_EQ(outcomes(result)[1], "isa made_1 passes openmp, avx2");
  EXPECT_EQ(exit_of(result), ExitCode::no);
}

TEST(Speed, FailsIfAnyLibraryIsFasterByMoreThan1_1) {
  const auto result = result_of({{100, 200, 200, 85}, {100, 200, 88, 200}});
  EXPECT_EQ(outcomes(result)[2], "library made_0 too slow mkl");
  EXPECT_EQ(outcomes(result)[3], "library made_1 too slow onednn");
  EXPECT_EQ(exit_of(result), ExitCode::no);
}

TEST(Speed, LeavesOutBorrowedCodeAndLibrariesThatFail) {
  auto result = result_of({{100, 200, 50, 200}, {100, 200, 50, 50}});
  auto& m = measurements(result);
  m.details[2][0].borrowed = m.details[2][1].borrowed = m.details[3][1].borrowed = true;
  EXPECT_EQ(outcomes(result),
            (Texts{"isa made_0 passes openmp, avx2", "isa made_1 passes openmp, avx2",
                   "library made_0 passes mkl"}));
  m.rounds[5].timings[3][0].error = "wrong answer";
  EXPECT_EQ(outcomes(result).size(), 2u);
}

TEST(Speed, OurFailuresAndOtherBitsFail) {
  auto result = result_of({{100, 200, 200, 200}});
  measurements(result).rounds[0].timings[1][0].error = "wrong answer";
  EXPECT_EQ(outcomes(result)[0], "isa made_0 failed ");
  EXPECT_EQ(exit_of(result), ExitCode::no);
  result = result_of({{100, 200, 200, 200}});
  measurements(result).details[0][0].digest = 1;
  measurements(result).details[1][0].digest = 2;
  EXPECT_EQ(judge_speed(result)[0].error, "openmp, avx2: other bits than with openmp, avx512");
  result = result_of({{100, 200, 200, 200}});
  measurements(result).rounds[0].timings[0][0].error = "no time";
  EXPECT_EQ(outcomes(result), (Texts{"isa made_0 failed ", "library made_0 failed "}));
}

TEST(Speed, IsUndecidedIfIntervalsAreWideOrRoundsTooFew) {
  // ratios from .9 to 1.3
  const auto wide = result_of({{110, 100, 100, 100}}, 21, 0.2);
  EXPECT_EQ(outcomes(wide)[0], "isa made_0 undecided openmp, avx2");
  EXPECT_EQ(exit_of(wide), ExitCode::undecided);
  // ratios from .4 to .6 are as far apart, but all are below the bound
  const auto fast = result_of({{100, 200, 200, 200}}, 21, 0.2);
  EXPECT_EQ(outcomes(fast)[0], "isa made_0 passes openmp, avx2");
  // 6 rounds reject none of four pairs, however slow it is: 4 / 2^6 is above 5 %
  const std::vector<double> slow{100, 20, 20, 20};
  const auto few = result_of({slow, slow, slow, slow}, 6);
  EXPECT_EQ(outcomes(few)[0], "isa made_0 undecided openmp, avx2");
  EXPECT_EQ(exit_of(few), ExitCode::undecided);
  // one undecided row of 20 is few enough, one of 18 is not
  for (const auto& [rows, code] :
       {std::pair(10, ExitCode::done), std::pair(9, ExitCode::undecided)}) {
    std::vector<std::vector<double>> times(static_cast<std::size_t>(rows), {100, 100, 100, 100});
    auto result = result_of(times);
    auto& m = measurements(result);
    for (std::size_t i = 0; i < m.rounds.size(); ++i) {
      m.rounds[i].timings[1][0].real_ns = i % 2 == 0 ? 80 : 120;
    }
    EXPECT_EQ(exit_of(result), code) << rows;
  }
  EXPECT_EQ(exit_code_of({}, {}), ExitCode::undecided);
}

TEST(Speed, IsWrittenAndReadAgain) {
  const auto result = result_of({{100, 80, 95, 200}, {100, 90, 200, 300}});
  const auto document = to_json(result);
  EXPECT_EQ(document.at("verdict"), "failed");
  EXPECT_EQ(document.at("rows").size(), 4u);
  EXPECT_EQ(document.at("rows")[0].at("outcome"), "too slow");
  const SpeedResult again = speed_from(document, "speed.json");
  EXPECT_EQ(outcomes(again), outcomes(result));
  std::ostringstream page, text;
  print_markdown(page, again);
  EXPECT_NE(page.str().find("| dense_step/made_0 | 100 ns | openmp, avx2 | 80 ns | 1.25 ["),
            std::string::npos)
      << page.str();
  print(text, result);
  EXPECT_NE(
      text.str().find("Failed: 2 rows beside lower instruction sets (1 passes, 1 too slow); 2 "
                      "rows beside the fastest library (2 pass)."),
      std::string::npos)
      << text.str();
  EXPECT_THROW(speed_from(nlohmann::json::array(), "speed.json"), Error);
}

}  // namespace
}  // namespace reprise::suite
