// Result files: what is taken of them, and the line that hostile ones get.
#include "bench/compare/result_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/compare/result_json.hpp"

namespace reprise::compare {
namespace {

using ::testing::HasSubstr;

TEST(ResultFile, TakesTheMedianOfRepetitionsAndCounters) {
  const auto parsed = parse_result(
      result(row("a", "3") + "," + row("a", "1") + "," +
             row("a", "2", ", \"digest\": 4294967295.0") + "," +
             row("b", "5", ", \"error_occurred\": true, \"error_message\": \"wrong\"")),
      "file");
  ASSERT_EQ(parsed.benchmarks.size(), 2u);
  EXPECT_DOUBLE_EQ(parsed.benchmarks[0].real_ns, 2000);
  EXPECT_EQ(parsed.benchmarks[0].digest(), 4294967295u);
  EXPECT_EQ(parsed.benchmarks[1].error, "wrong");
}

TEST(ResultFile, HostileFilesGetOneLine) {
  const std::string whole = result(row("a", "3"));
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {"", "found nothing in it"},
           {" \n", "found nothing in it"},
           {whole.substr(0, whole.size() / 2), "found no whole JSON"},
           {"hello", "found no whole JSON"},
           {"[]", "without a list 'benchmarks'"},
           {"{}", "without a list 'benchmarks'"},
           {"{\"benchmarks\": 3}", "without a list 'benchmarks'"},
           {"{\"benchmarks\": [], \"context\": {}}", "found no rows"},
           {result("3"), "found a row that is no object"},
           {result("{}"), "found a row without a name"},
           {result(row("a", "-3")), "row 'a': found real_time -3"},
           {result(row("a", "0")), "row 'a': found real_time 0, expected a time above 0"},
           {result(row("a", "1") + "," +
                   R"({"name": "a", "real_time": 1, "cpu_time": 1, "time_unit": "ms"})"),
            "row 'a': found times in us and in ms, expected one unit"},
           {"{\"context\": " + std::string(100000, '['), "nested deeper than 16 levels"},
           {result(row("a", "1").substr(0, row("a", "1").size() - 1) +
                   R"(, "skipped": true, "skip_message": "no such unit"})"),
            "found no rows, expected at least one (the program skips all of its own: no such unit"},
           {result(R"({"name": "a", "run_type": 3})"), "found a field of another type"},
           {result(row("a", "\"x\"")), "row 'a': found no number 'real_time'"},
           {result(row("a", "1e999")), "file"},
           {result(
                "{\"name\": \"a\", \"real_time\": 1, \"cpu_time\": 1, \"time_unit\": \"weeks\"}"),
            "row 'a': found time_unit 'weeks'"},
       }) {
    EXPECT_THAT(line_of([&, t = text] { parse_result(t, "file"); }), HasSubstr(part)) << text;
  }
}

TEST(ResultFile, WhatItsProgramSkipsIsNoFailure) {
  const auto parsed = parse_result(
      result(row("a", "3") + R"(,{"name": "b", "skipped": true, "skip_message": "no\nunit"})"),
      "f");
  ASSERT_EQ(parsed.benchmarks.size(), 1u);
  ASSERT_EQ(parsed.skipped.size(), 1u);
  EXPECT_EQ(parsed.skipped[0].name, "b");
  EXPECT_EQ(parsed.skipped[0].why, "no?unit");
}

TEST(ResultFile, BitsMayVaryBetweenRepetitions) {
  const auto parsed = parse_result(
      result(row("a", "1", ", \"digest\": 7.0") + "," + row("a", "1", ", \"digest\": 8.0") + "," +
             row("b", "1", ", \"digest\": 7.0") + "," + row("b", "1", ", \"digest\": 7.0")),
      "f");
  EXPECT_EQ(parsed.benchmarks[0].digest(), 8u);
  EXPECT_EQ(parsed.benchmarks[0].other_digest, 7u);
  EXPECT_FALSE(parsed.benchmarks[1].other_digest);
}

// Google Benchmark's cv of a counter that is 0; what is within a string stays.
TEST(ResultFile, BareNansAreNoNumbers) {
  const auto parsed = parse_result(result(row("a", "1", ",\n\"x\": -nan,\n\"y\": NaN\n") + "," +
                                          row("b", "2", R"(, "label": "\": NaN, x")")),
                                   "f");
  ASSERT_EQ(parsed.benchmarks.size(), 2u);
  EXPECT_FALSE(parsed.benchmarks[0].counters.contains("x"));
  EXPECT_EQ(parsed.benchmarks[1].label, "\": NaN, x");
}

// What a program of ReportAggregatesOnly writes.
TEST(ResultFile, OfAggregatesAloneTheMedianCounts) {
  const auto aggregate = [](const std::string& name, const std::string& time) {
    return R"({"name": "a_)" + name + R"(", "run_name": "a", "run_type": "aggregate", )" +
           R"("aggregate_name": ")" + name + R"(", "real_time": )" + time +
           R"(, "cpu_time": 4.0, "time_unit": "us", "digest": 5.0})";
  };
  const auto alone =
      parse_result(result(aggregate("mean", "9") + "," + aggregate("median", "3")), "file");
  ASSERT_EQ(alone.benchmarks.size(), 1u);
  EXPECT_DOUBLE_EQ(alone.benchmarks[0].real_ns, 3000);
  EXPECT_EQ(alone.benchmarks[0].repetitions, std::vector<double>{3000});
  EXPECT_EQ(alone.benchmarks[0].digest(), 5u);
  // beside repetitions it says nothing new
  const auto beside = parse_result(
      result(row("a", "1") + "," + row("a", "2") + "," + aggregate("median", "7")), "f");
  EXPECT_EQ(beside.benchmarks[0].repetitions, (std::vector<double>{1000, 2000}));
}

}  // namespace
}  // namespace reprise::compare
