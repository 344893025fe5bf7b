// Measurements as JSON, and what earlier schemas wrote.
#include "bench/compare/measurements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "bench/compare/report.hpp"
#include "tests/bench/compare/result_json.hpp"

namespace reprise::compare {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

ResultFile file_of(const std::string& counters) {
  return parse_result(result(repetition("a", "1", counters), kOwnContext), "f");
}

TEST(Measurements, KeepConfigurationsAndDetailsAsFields) {
  Measurements m;
  m.contenders = {{"openmp, 2 threads", {{"backend", "openmp"}, {"threads", "2"}}},
                  {"blas", {{"backend", "blas"}}},
                  {"openmp, 2 threads again"}};
  const auto own = file_of(", \"digest\": 7.0"), borrowed = file_of(", \"borrowed\": 1.0");
  add_round(m, {own, borrowed, own}, {"a", "b", "a"}, 30);
  const Measurements read = measurements_from(to_json(m), "file");
  EXPECT_EQ(read.contenders[0].configuration.at("threads"), "2");
  EXPECT_TRUE(read.contenders[2].configuration.empty());
  EXPECT_EQ(read.details[0][0].digest, 7u);
  EXPECT_FALSE(read.details[0][0].borrowed);
  EXPECT_TRUE(read.details[1][0].borrowed);
  EXPECT_EQ(to_json(read), to_json(m));
}

ResultFile repeated(int repetitions, double time) {
  std::string all;
  for (int i = 0; i < repetitions; ++i) {
    all += (i == 0 ? "" : ",") + repetition("a", std::to_string(time + i));
  }
  return parse_result(result(all), "f");
}

// The shortest of ten is shorter than that of three: different numbers are compared by the median.
TEST(Measurements, TakeTheShortestOnlyOfEqualNumbersOfRepetitions) {
  Measurements m;
  m.contenders = {{"a"}, {"b"}, {"a again"}};
  add_round(m, {repeated(5, 1), repeated(5, 2), repeated(5, 1)}, {"a", "b", "a"}, 0);
  EXPECT_FALSE(m.is_by_median(0));
  EXPECT_EQ(m.rounds[0].timings[0][0].real_ns, 1000);
  EXPECT_THAT(line_of([&] {
                add_round(m, {repeated(5, 1), repeated(3, 2), repeated(5, 1)}, {"a", "b", "a"}, 0);
              }),
              HasSubstr("have different repetitions in round 2"));
  EXPECT_EQ(m.rounds.size(), 1u);

  Measurements other;
  other.contenders = m.contenders;
  add_round(other, {repeated(5, 1), repeated(3, 2), repeated(5, 1)}, {"a", "b", "a"}, 0);
  add_round(other, {repeated(5, 1), repeated(5, 2), repeated(5, 1)}, {"a", "b", "a"}, 0);
  EXPECT_TRUE(other.is_by_median(0));
  EXPECT_EQ(other.rounds[0].timings[0][0].real_ns, 3000);
  EXPECT_EQ(other.rounds[0].timings[1][0].real_ns, 3000);
  EXPECT_EQ(other.rounds[1].timings[1][0].real_ns, 4000);
  EXPECT_TRUE(measurements_from(to_json(other), "f").is_by_median(0));
}

// "a" is no part of "a (b" and the other way round.
TEST(Measurements, KnowLeftOutBenchmarksByTheirWholeNames) {
  Measurements m;
  m.contenders = {{"a"}, {"b"}, {"a again"}};
  const auto file = [](const std::string& more) {
    return parse_result(result(repetition("c", "1") + "," + repetition(more, "1")), "f");
  };
  add_round(m, {file("a (b"), file("x"), file("a (b")}, {"a", "b", "a"}, 0);
  EXPECT_THAT(line_of([&] {
                add_round(m, {file("a"), file("x"), file("a")}, {"a", "b", "a"}, 0);
              }),
              HasSubstr("benchmark 'a' is new in round 2"));
  const Measurements read = measurements_from(to_json(m), "f");
  EXPECT_EQ(read.left_out[0].name, "a (b");
  EXPECT_EQ(read.left_out[0].text(), "a (b (of A)");
}

// A's second process may skip a benchmark that its first one ran.
TEST(Measurements, LeaveOutWhatTheControlAloneSkips) {
  Measurements m;
  m.contenders = {{"a"}, {"b"}, {"a again"}};
  const auto file = [](const std::string& more) {
    return parse_result(result(repetition("c", "1") + "," + repetition("s", "1", more)), "f");
  };
  const auto skips = file(", \"skipped\": true, \"skip_message\": \"busy\"");
  add_round(m, {file(""), file(""), skips}, {"a", "b", "a"}, 0);
  add_round(m, {file(""), file(""), file("")}, {"a", "b", "a"}, 0);
  EXPECT_EQ(m.benchmarks, std::vector<std::string>{"c"});
  ASSERT_EQ(m.left_out.size(), 1u);
  EXPECT_EQ(m.left_out[0].text(), "s (skipped by A in its second process: busy)");
}

TEST(Measurements, SayWhyNothingIsInCommon) {
  const auto family = [](int index) {
    return repetition("a", "1", ", \"family_index\": " + std::to_string(index));
  };
  const auto one = parse_result(result(family(0)), "f");
  const auto two = parse_result(result(family(0) + "," + family(1)), "f");
  Measurements m;
  m.contenders = {{"a"}, {"b"}, {"a again"}};
  EXPECT_THAT(line_of([&] {
                add_round(m, {one, two, one}, {"a", "b", "a"}, 0);
              }),
              HasSubstr("; left out: a (1 of this name in A, 2 in B: which are the same"));
}

TEST(Measurements, KeepWhatOneClockCannotTell) {
  Measurements m;
  m.contenders = {{"a"}, {"b"}, {"a again"}};
  const auto file = parse_result(
      result(R"({"name": "a", "time_unit": "ns", "real_time": 5, "cpu_time": NaN})"), "f");
  add_round(m, {file, file, file}, {"a", "b", "a"}, 0);
  const Measurements read = measurements_from(to_json(m), "f");
  for (const Measurements* each : std::initializer_list<const Measurements*>{&m, &read}) {
    EXPECT_EQ(each->error_of(0, 0, Clock::real_time), "");
    EXPECT_EQ(each->median_time(0, 0, Clock::real_time), 5);
    EXPECT_EQ(each->error_of(0, 0, Clock::cpu_time), "found cpu_time NaN, expected a finite time");
  }
}

TEST(Measurements, RefuseStatisticsOfAnotherSize) {
  Measurements m;
  m.contenders = {{"a"}, {"a again"}};
  add_round(m, {file_of(""), file_of("")}, {"a", "a"}, 0);
  json document = to_json(m);
  document["statistics"].push_back("median");
  EXPECT_EQ(line_of([&] { measurements_from(document, "file"); }),
            "file: found 2 'statistics', expected 1, one for each benchmark");
  document["statistics"] = json::array();
  EXPECT_FALSE(measurements_from(document, "file").is_by_median(0));
}

TEST(Measurements, RefuseDetailsOfAnotherSize) {
  Measurements m;
  m.contenders = {{"a"}, {"a again"}};
  add_round(m, {file_of(""), file_of("")}, {"a", "a"}, 0);
  json document = to_json(m);
  document["details"].erase(1);
  EXPECT_THAT(line_of([&] { measurements_from(document, "file"); }),
              HasSubstr("file: found 'details' of another size, expected 2 contenders x 1"));
}

// Schema 1 says in the label alone that a backend borrowed another one's code.
json comparison_1() {
  return json::parse(R"({
    "schema": "reprise/comparison/1", "commands": ["a", "b", "a"], "level": 0.05, "margin": 0.05,
    "clock": "real_time", "looks": {"rounds": [1], "shares": [0.05]},
    "judged": {"rounds": 1, "share": 0.05}, "seconds": 3, "stopped_early": false,
    "out_of_time": false, "spoilers": ["a neighbour"],
    "control": {"median_detectable": 0.1, "largest_detectable": 0.2, "largest_row": "r"},
    "verdicts": [{"row": "r", "detectable": 0.1}],
    "measurements": {
      "contenders": ["openmp", "blas", "openmp again"], "rows": ["r"], "extra_rows": [],
      "labels": [["openmp avx2 digest:1"], ["openmp avx2 for blas digest:1"], ["openmp avx2 digest:1"]],
      "digests": [[1], [1], [null]], "counters": [[{"GB/s": 2}], [{}], [{}]],
      "rounds": [[{"real_ns": [5], "cpu_ns": [5]}, {"real_ns": [6], "cpu_ns": [6]},
                  {"real_ns": [5], "cpu_ns": [5]}]]}})");
}

TEST(Schema1, IsStillRead) {
  const Comparison c = comparison_from(comparison_1(), "old.json");
  EXPECT_EQ(c.noise_warnings, std::vector<std::string>{"a neighbour"});
  EXPECT_EQ(c.looks.alpha_spent, std::vector<double>{0.05});
  EXPECT_EQ(c.judgement.alpha, 0.05);
  const Measurements& m = c.measurements;
  EXPECT_EQ(m.contenders[1].name, "blas");
  EXPECT_TRUE(m.contenders[1].configuration.empty());
  EXPECT_FALSE(m.details[0][0].borrowed);
  EXPECT_TRUE(m.details[1][0].borrowed);
  EXPECT_FALSE(m.details[0][0].bits_vary);
  EXPECT_EQ(m.details[0][0].digest, 1u);
  EXPECT_EQ(m.details[0][0].counters.at("GB/s"), 2);
  const json upgraded = upgrade_comparison_1(comparison_1(), "old.json");
  EXPECT_EQ(upgraded["verdicts"][0], json::parse(R"({"benchmark": "r",
                                                     "minimum_detectable_effect": 0.1})"));
  EXPECT_EQ(upgraded["control"]["least_sensitive_benchmark"], "r");
}

TEST(Schema1, RefusesTablesOfAnotherSize) {
  json document = comparison_1();
  document["measurements"]["labels"].erase(1);
  EXPECT_THAT(
      line_of([&] { comparison_from(document, "old.json"); }),
      HasSubstr("old.json: found 'labels' of another size, expected 3 contenders x 1 rows"));
  document["schema"] = "reprise/comparison/3";
  EXPECT_THAT(line_of([&] { comparison_from(document, "new.json"); }),
              HasSubstr("new.json: found schema 'reprise/comparison/3', expected"));
}

}  // namespace
}  // namespace reprise::compare
