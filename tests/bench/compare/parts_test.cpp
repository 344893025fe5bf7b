// Parts of the engine: orders, durations, the comparison of two files, processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "bench/compare/balanced_order.hpp"
#include "bench/compare/benchmark_name.hpp"
#include "bench/compare/duration.hpp"
#include "bench/compare/invocation.hpp"
#include "bench/compare/unpaired.hpp"
#include "tests/bench/compare/result_json.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::compare {
namespace {

using ::testing::HasSubstr;

TEST(WilliamsDesign, EachTreatmentFollowsEachOtherEquallyOften) {
  EXPECT_EQ(williams_design(2), (std::vector<std::vector<std::size_t>>{{0, 1}, {1, 0}}));
  for (std::size_t k = 2; k <= 9; ++k) {
    const auto design = williams_design(k);
    EXPECT_EQ(design.size(), k % 2 == 0 ? k : 2 * k);
    std::map<std::pair<std::size_t, std::size_t>, int> positions, neighbours;
    for (const auto& sequence : design) {
      for (std::size_t i = 0; i < k; ++i) {
        ++positions[{i, sequence[i]}];
        if (i > 0) ++neighbours[{sequence[i - 1], sequence[i]}];
      }
    }
    EXPECT_EQ(positions.size(), k * k);
    EXPECT_EQ(neighbours.size(), k * (k - 1));
    for (const auto& [pair, count] : positions) EXPECT_EQ(count, k % 2 == 0 ? 1 : 2);
    for (const auto& [pair, count] : neighbours) EXPECT_EQ(count, k % 2 == 0 ? 1 : 2);
  }
}

TEST(BenchmarkName, PeopleSeeAClockOnlyWhereItTellsTwoApart) {
  EXPECT_EQ(readable_names({"a/process_time/real_time", "b/real_time", "c/manual_time", "d/real"}),
            (std::vector<std::string>{"a", "b", "c", "d/real"}));
  EXPECT_EQ(readable_names({"a", "a/real_time", "b/process_time", "b/real_time"}),
            (std::vector<std::string>{"a", "a/real_time", "b/process_time", "b/real_time"}));
}

TEST(Duration, ReadsWhatPeopleWrite) {
  EXPECT_DOUBLE_EQ(parse_duration("20s", "--x"), 20);
  EXPECT_DOUBLE_EQ(parse_duration("3m", "--x"), 180);
  EXPECT_DOUBLE_EQ(parse_duration("1m30s", "--x"), 90);
  EXPECT_DOUBLE_EQ(parse_duration("1.5h", "--x"), 5400);
  EXPECT_DOUBLE_EQ(parse_duration("20ms", "--x"), 0.02);
  for (const char* wrong : {"", "20", "s", "-3s", "0s", "3 m", "nan", "1e3s", "99999h", "5x"}) {
    EXPECT_THAT(line_of([&] { parse_duration(wrong, "--time-budget"); }),
                HasSubstr("--time-budget: found '"))
        << wrong;
  }
  EXPECT_DOUBLE_EQ(parse_fraction("5%", "--margin"), 0.05);
  EXPECT_DOUBLE_EQ(parse_fraction("0.1", "--margin"), 0.1);
  for (const char* wrong : {"", "0", "1", "100%", "5 %", "x"}) {
    EXPECT_THAT(line_of([&] { parse_fraction(wrong, "--margin"); }),
                HasSubstr("--margin: found '"));
  }
}

class Unpaired : public ::testing::Test {
 protected:
  UnpairedComparison compare(const std::vector<double>& a, const std::vector<double>& b) {
    for (const auto& [name, times] : {std::pair("a.json", a), std::pair("b.json", b)}) {
      std::string repetitions;
      for (const double time : times) {
        repetitions += (repetitions.empty() ? "" : ",") + repetition("r", std::to_string(time));
      }
      std::ofstream(folder_.path() / name) << result(repetitions);
    }
    return compare_files(folder_.path() / "a.json", folder_.path() / "b.json", {});
  }
  testing::Scratch folder_;
};

// Other tools miss this: six repetitions against six, with a clean factor of two.
TEST_F(Unpaired, AFactorOfTwoInSixRepetitionsIsARegression) {
  const auto found = compare({1, 1.01, 1.02, 0.99, 0.98, 1}, {2, 2.02, 1.98, 2.01, 2.03, 1.99});
  EXPECT_EQ(found.verdicts.front().label, Label::regression);
  EXPECT_LT(found.verdicts.front().p, 0.0022);
  EXPECT_FALSE(found.warnings.empty());
}

TEST_F(Unpaired, TenPercentCannotBeToldFromDrift) {
  const auto found = compare({1, 1.01, 1.02, 0.99, 0.98, 1}, {1.1, 1.11, 1.12, 1.09, 1.08, 1.1});
  EXPECT_EQ(found.verdicts.front().label, Label::insufficient_data);
}

TEST_F(Unpaired, TooFewRepetitionsDecideNothing) {
  EXPECT_EQ(compare({1}, {9}).verdicts.front().label, Label::insufficient_data);
}

TEST_F(Unpaired, AcceptsConstantTimes) {
  const std::vector<double> same(10, 3.0);
  EXPECT_EQ(compare(same, same).verdicts.front().label, Label::insufficient_data);
  EXPECT_EQ(compare(same, std::vector<double>(10, 9.0)).verdicts.front().label, Label::regression);
}

TEST_F(Unpaired, AppliesTheFilterAndTheClock) {
  compare({1, 1.01, 1.02}, {3, 3.01, 3.02});  // CPU times are 1 in both
  const auto by = [&](Clock clock, const std::string& filter) {
    UnpairedOptions options;
    options.judging.clock = clock;
    options.filter = filter;
    return compare_files(folder_.path() / "a.json", folder_.path() / "b.json", options);
  };
  EXPECT_NEAR(by(Clock::real_time, "").verdicts.front().ratio, 3, 0.05);
  EXPECT_DOUBLE_EQ(by(Clock::cpu_time, "").verdicts.front().ratio, 1);
  EXPECT_EQ(by(Clock::real_time, "^r$").benchmarks.size(), 1u);
  EXPECT_THAT(line_of([&] { by(Clock::real_time, "-r"); }), HasSubstr("--filter: found '-r'"));
  EXPECT_THAT(line_of([&] { by(Clock::real_time, "("); }), HasSubstr("a regular expression"));
}

TEST(Contender, ReadsACommandAsAShellDoes) {
  const auto contender = parse_contender("A=1 B_2='x y' /bin/sh -c \"a b\"", "compare");
  EXPECT_EQ(contender.command.arguments, (std::vector<std::string>{"/bin/sh", "-c", "a b"}));
  EXPECT_EQ(contender.command.environment,
            (std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"B_2", "x y"}}));
  EXPECT_FALSE(is_assignment("2A=1"));
  EXPECT_FALSE(is_assignment("--a=1"));
  EXPECT_TRUE(shell_words("'open").empty());
}

TEST(Invocation, NamesTheBenchmarkInWhichAProcessEnds) {
  const std::string cut = R"({"benchmarks": [{"name": "a/threads:2_mean", "run_name": "a/threads:2",
                             "real_time": 3}, {"run_na)";
  EXPECT_EQ(describe_end(cut, {"a", "b"}, {"threads"}), " after benchmark 'a', in benchmark 'b'");
  EXPECT_EQ(describe_end(cut, {"b", "a"}, {"threads"}), " after benchmark 'a', its last");
  EXPECT_EQ(describe_end(cut, {}, {}), " after benchmark 'a/threads:2'");
  EXPECT_EQ(describe_end(cut, {"a", "a (duplicate 2)"}, {"threads"}), " after a benchmark 'a'");
  EXPECT_EQ(describe_end("", {"a", "b"}, {}), " in benchmark 'a'");
  EXPECT_EQ(describe_end("", {}, {}), "");
  EXPECT_EQ(describe_end("{\"context\": {}, \"benchmarks\": [", {"a", "b"}, {}),
            " in benchmark 'a'");
  EXPECT_EQ(describe_end("{\"name\": \"a\", \"run_name\": \"a", {"a", "b"}, {}), "");
  // versions 1.0 to 1.4 write no run_name
  const auto old = [](const std::string& name) {
    return "{\"name\": \"a\", \"x\": 1}, {\"name\": \"" + name + "\", \"iterations\": 3}, ";
  };
  for (const char* name : {"b", "b_mean", "b_median", "b_stddev", "b_BigO", "b_RMS"}) {
    EXPECT_EQ(describe_end(old(name), {"a", "b", "c"}, {}),
              " after benchmark 'b', in benchmark 'c'");
  }
  EXPECT_EQ(describe_end(old("b_mean"), {"a", "b_mean", "c"}, {}),
            " after benchmark 'b_mean', in benchmark 'c'");
  EXPECT_EQ(describe_end(old("b") + "{\"name\": \"c", {"a", "b", "c"}, {}),
            " after benchmark 'b', in benchmark 'c'");
}

TEST(Invocation, RemovesTheVariedPartsOfNames) {
  EXPECT_EQ(common_name("f/imdb_1/backend:openmp/threads:2/warm", {"backend", "threads"}),
            "f/imdb_1/warm");
  EXPECT_EQ(common_name("f/backend:openmp", {}), "f/backend:openmp");
}

TEST(BenchmarkName, DifferentBenchmarksHaveDifferentNames) {
  EXPECT_EQ(numbered_name("a", 1), "a");
  EXPECT_EQ(numbered_name("a", 2), "a (duplicate 2)");
  EXPECT_EQ(numbered_name("a (duplicate 2)", 1), "a (duplicate 2) (duplicate 1)");
  EXPECT_EQ(numbered_name("a (duplicate x)", 1), "a (duplicate x)");
}

}  // namespace
}  // namespace reprise::compare
