// Result files: what is taken of them, and the line that hostile ones get.
#include "compare/result_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_rows.hpp"

namespace reprise::compare {
namespace {

using ::testing::HasSubstr;

TEST(ResultFile, TakesTheMedianOfRepetitionsAndCounters) {
  const auto parsed = parse_result(
      result(row("a", "3") + "," + row("a", "1") + "," +
             row("a", "2", ", \"digest\": 4294967295.0") + "," +
             row("b", "5", ", \"error_occurred\": true, \"error_message\": \"wrong\"")),
      "file");
  ASSERT_EQ(parsed.rows.size(), 2u);
  EXPECT_DOUBLE_EQ(parsed.rows[0].real_ns, 2000);
  EXPECT_EQ(parsed.rows[0].digest(), 4294967295u);
  EXPECT_EQ(parsed.rows[1].error, "wrong");
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
           {result(row("a", "1", ", \"digest\": 7.0") + "," + row("a", "1", ", \"digest\": 8.0")),
            "row 'a': found two digests, 00000007 and 00000008"},
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

// What a program of ReportAggregatesOnly writes.
TEST(ResultFile, OfAggregatesAloneTheMedianCounts) {
  const auto aggregate = [](const std::string& name, const std::string& time) {
    return R"({"name": "a_)" + name + R"(", "run_name": "a", "run_type": "aggregate", )" +
           R"("aggregate_name": ")" + name + R"(", "real_time": )" + time +
           R"(, "cpu_time": 4.0, "time_unit": "us", "digest": 5.0})";
  };
  const auto alone =
      parse_result(result(aggregate("mean", "9") + "," + aggregate("median", "3")), "file");
  ASSERT_EQ(alone.rows.size(), 1u);
  EXPECT_DOUBLE_EQ(alone.rows[0].real_ns, 3000);
  EXPECT_EQ(alone.rows[0].repetitions, std::vector<double>{3000});
  EXPECT_EQ(alone.rows[0].digest(), 5u);
  // beside repetitions it says nothing new
  const auto beside = parse_result(
      result(row("a", "1") + "," + row("a", "2") + "," + aggregate("median", "7")), "f");
  EXPECT_EQ(beside.rows[0].repetitions, (std::vector<double>{1000, 2000}));
}

}  // namespace
}  // namespace reprise::compare
