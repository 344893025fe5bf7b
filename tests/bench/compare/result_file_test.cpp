// Result files: what is read from them, and the error line for hostile ones.
#include "bench/compare/result_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/compare/result_json.hpp"

namespace reprise::compare {
namespace {

using ::testing::HasSubstr;

TEST(ResultFile, TakesTheMedianOfRepetitionsAndCounters) {
  const auto parsed = parse_result(
      result(repetition("a", "3") + "," + repetition("a", "1") + "," +
                 repetition("a", "2", ", \"digest\": 4294967295.0") + "," +
                 repetition("b", "5", ", \"error_occurred\": true, \"error_message\": \"wrong\""),
             kOwnContext),
      "file");
  ASSERT_EQ(parsed.benchmarks.size(), 2u);
  EXPECT_DOUBLE_EQ(parsed.benchmarks[0].real_ns, 2000);
  EXPECT_EQ(parsed.benchmarks[0].digest, 4294967295u);
  EXPECT_EQ(parsed.benchmarks[1].error, "wrong");
}

TEST(ResultFile, RejectsHostileFilesWithOneLine) {
  const std::string whole = result(repetition("a", "3"));
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {"", "found an empty file"},
           {" \n", "found an empty file"},
           {whole.substr(0, whole.size() / 2), "found no whole JSON document"},
           {"hello", "found no whole JSON document"},
           {"[]", "without a list 'benchmarks'"},
           {"{}", "without a list 'benchmarks'"},
           {"{\"benchmarks\": 3}", "without a list 'benchmarks'"},
           {"{\"benchmarks\": [], \"context\": {}}", "found no benchmarks"},
           {result("3"), "found a benchmark that is not a JSON object"},
           {result("{}"), "found a benchmark without a name"},
           {result(repetition("a", "-3")),
            "benchmark 'a': found real_time -3 us, expected a time of at least 0"},
           {result(repetition("a", "1") + "," +
                   R"({"name": "a", "run_type": "iteration", "repetition_index": 9999,
                       "real_time": 1, "cpu_time": 1, "time_unit": "ms"})"),
            "benchmark 'a': found times in us and in ms, expected one unit"},
           {"{\"context\": " + std::string(100000, '['), "nested deeper than 64 levels"},
           {result(repetition("a", "1").substr(0, repetition("a", "1").size() - 1) +
                   R"(, "skipped": true, "skip_message": "no such unit"})"),
            "found no benchmarks, expected at least one (the program skips all of them: no such "
            "unit"},
           {result(R"({"name": "a", "run_type": 3})"), "found a field of another type"},
           {result(repetition("a", "null")), "benchmark 'a': found no number 'real_time'"},
           {result(repetition("a", "\"x\"")),
            "benchmark 'a': found real_time x, expected a finite time"},
           {result(repetition("a", "1e999")), "benchmark 'a': found real_time 1e999, expected"},
           {result(
                "{\"name\": \"a\", \"real_time\": 1, \"cpu_time\": 1, \"time_unit\": \"weeks\"}"),
            "benchmark 'a': found time_unit 'weeks'"},
       }) {
    EXPECT_THAT(line_of([&, t = text] { parse_result(t, "file"); }), HasSubstr(part)) << text;
  }
}

// One bad benchmark leaves the others alone; a clock that read 0 is no contradiction.
TEST(ResultFile, NamesTheBenchmarkThatHasNoTime) {
  const auto parsed = parse_result(
      result(repetition("a", "-3") + "," + repetition("b", "0") + "," + repetition("c", "2")), "f");
  ASSERT_EQ(parsed.benchmarks.size(), 3u);
  EXPECT_EQ(parsed.benchmarks[0].error, "");
  EXPECT_EQ(parsed.benchmarks[0].real_error,
            "found real_time -3 us, expected a time of at least 0");
  EXPECT_EQ(parsed.benchmarks[0].cpu_error, "");
  EXPECT_EQ(parsed.benchmarks[1].error, "");
  EXPECT_EQ(parsed.benchmarks[1].real_ns, 0);
  EXPECT_EQ(parsed.benchmarks[2].real_ns, 2000);
}

// One clock may be usable where the other one is not.
TEST(ResultFile, NeedsSomeTimeByTheClockThatIsCompared) {
  for (const char* bad : {"NaN", "-1", "1e300", "1e999", "null", "\"x\""}) {
    const std::string text =
        result(R"({"name": "a", "time_unit": "ns", "real_time": 5, "cpu_time": )" +
               std::string(bad) + "}");
    const auto parsed = parse_result(text, "f");
    EXPECT_EQ(parsed.benchmarks[0].error, "") << bad;
    EXPECT_EQ(parsed.benchmarks[0].real_error, "") << bad;
    EXPECT_EQ(parsed.benchmarks[0].real_ns, 5) << bad;
    EXPECT_THAT(parsed.benchmarks[0].cpu_error, HasSubstr("cpu_time")) << bad;
    EXPECT_THAT(line_of([&] { parse_result(text, "f", {.clock = Clock::cpu_time}); }),
                HasSubstr("f: benchmark 'a': found"));
  }
}

TEST(ResultFile, NumbersThatAreNoneInAnySpellingConcernTheirBenchmark) {
  const std::string good = R"({"name": "good", "real_time": 5, "cpu_time": 5, "time_unit": "ns"},)";
  for (const std::string word :
       {"NaN", "nan", "-nan", "-NaN(ind)", "-nan(0x8000)", "1.#QNAN", "-1.#IND", "1.#INF", "inf",
        "-inf", "Infinity", "-Infinity", "1e999", "-1e999"}) {
    for (const std::string end :
         {"\n}", "\r\n}", ",\r\n\"label\": \"x\"}", " ,\"label\": \"x\"}", "}"}) {
      const auto parsed = parse_result(
          result(good + R"({"name": "bad", "cpu_time": 1, "time_unit": "ns", "real_time": )" +
                 word + end),
          "f");
      ASSERT_EQ(parsed.benchmarks.size(), 2u) << word << end;
      EXPECT_EQ(parsed.benchmarks[0].real_error, "");
      EXPECT_EQ(parsed.benchmarks[1].real_error,
                "found real_time " + word + ", expected a finite time");
    }
  }
}

TEST(ResultFile, SaysWhatALocaleSeparates) {
  for (const std::string mark : {"'", " ", "\u00a0", "\u2009", "\u2019", "\u202f"}) {
    const std::string number = "1" + mark + "234";
    EXPECT_THAT(line_of([&] { parse_result(result(repetition("a", number)), "f"); }),
                HasSubstr("written with a locale's separators"))
        << number;
  }
  // a space before the end of the list is none
  EXPECT_EQ(parse_result(result(repetition("a", "1 ")), "f").benchmarks[0].real_ns, 1000);
}

TEST(ResultFile, RefusesNamesThatAreTooLongForAFilter) {
  EXPECT_EQ(parse_result(result(repetition(std::string(4096, 'x'), "1")), "f").benchmarks.size(),
            1u);
  EXPECT_EQ(line_of([&] { parse_result(result(repetition(std::string(4097, 'x'), "1")), "f"); }),
            "f: found the name of a benchmark with 4097 bytes, expected at most 4096");
}

std::string old_entry(const std::string& name, int iterations = 10, const std::string& more = "") {
  return "{\"name\": \"" + name + "\", \"iterations\": " + std::to_string(iterations) +
         ", \"real_time\": 5, \"cpu_time\": 5, \"time_unit\": \"ns\"" + more + "}";
}

std::vector<std::string> names_in(const std::vector<std::string>& entries) {
  std::string all;
  for (const std::string& entry : entries) all += (all.empty() ? "" : ",") + entry;
  std::vector<std::string> names;
  for (const auto& benchmark : parse_result(result(all), "f").benchmarks) {
    names.push_back(benchmark.name);
  }
  return names;
}

TEST(OldResultFile, StatisticsOfTheUserAreNoBenchmarks) {
  const std::vector<std::string> statistics{old_entry("X_mean"), old_entry("X_median"),
                                            old_entry("X_stddev"), old_entry("X_max"),
                                            old_entry("X_p99")};
  const auto with = [&](std::vector<std::string> before, std::vector<std::string> after) {
    before.insert(before.end(), statistics.begin(), statistics.end());
    before.insert(before.end(), after.begin(), after.end());
    return names_in(before);
  };
  const std::vector<std::string> only{"X"};
  EXPECT_EQ(with({}, {}), only);  // aggregates only
  EXPECT_EQ(with({old_entry("X"), old_entry("X")}, {}), only);
  // other benchmarks
  EXPECT_EQ(with({}, {old_entry("X_fast", 20)}), (std::vector<std::string>{"X", "X_fast"}));
  EXPECT_EQ(with({}, {old_entry("X_fast/8")}), (std::vector<std::string>{"X", "X_fast/8"}));
  EXPECT_EQ(with({}, {old_entry("X_fast"), old_entry("X_fast"), old_entry("X_fast_mean"),
                      old_entry("X_fast_median"), old_entry("X_fast_stddev")}),
            (std::vector<std::string>{"X", "X_fast"}));
  EXPECT_EQ(
      with({}, {old_entry("X_fast_mean"), old_entry("X_fast_median"), old_entry("X_fast_stddev")}),
      (std::vector<std::string>{"X", "X_fast"}));
}

TEST(OldResultFile, AFailedRepetitionDoesNotHideTheOthers) {
  const std::string failed =
      old_entry("X", 0, R"(, "error_occurred": true, "error_message": "no")");
  const std::vector<std::string> rest{old_entry("X_mean"), old_entry("X_median"),
                                      old_entry("X_stddev"), old_entry("Y")};
  for (const std::size_t place : {0u, 1u, 2u}) {
    std::vector<std::string> all{old_entry("X"), old_entry("X")};
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(place), failed);
    all.insert(all.end(), rest.begin(), rest.end());
    EXPECT_EQ(names_in(all), (std::vector<std::string>{"X", "Y"})) << place;
  }
}

TEST(ResultFile, CountersOfOtherProgramsAreNoDigests) {
  const std::string more = ", \"digest\": 7.0, \"borrowed\": 1.0";
  const auto foreign =
      parse_result(result(repetition("a", "1", more), "\"reprise\": \"mine\""), "f");
  EXPECT_FALSE(foreign.benchmarks[0].digest);
  EXPECT_FALSE(foreign.benchmarks[0].borrowed);
  EXPECT_EQ(foreign.benchmarks[0].counters.at("digest"), 7);
  const auto own = parse_result(result(repetition("a", "1", more), kOwnContext), "f");
  EXPECT_EQ(own.benchmarks[0].digest, 7u);
  EXPECT_TRUE(own.benchmarks[0].borrowed);
}

// Skipped families count: the second of two stays the second if the first is skipped.
TEST(ResultFile, NumbersTheFamiliesOfOneName) {
  const auto parsed = parse_result(
      result(repetition("a", "1", ", \"family_index\": 4") + "," +
             repetition("a", "2", ", \"family_index\": 2, \"skipped\": true") + "," +
             repetition("a", "3", ", \"family_index\": 4, \"per_family_instance_index\": 1")),
      "f");
  EXPECT_TRUE(parsed.skips("a"));
  ASSERT_NE(parsed.find("a (duplicate 2)"), nullptr);
  EXPECT_EQ(parsed.find("a (duplicate 2)")->real_ns, 1000);
  ASSERT_NE(parsed.find("a (duplicate 3)"), nullptr);
  EXPECT_EQ(parsed.find("a (duplicate 3)")->real_ns, 3000);
  EXPECT_EQ(parsed.count("a"), 3u);
  // names that become equal without their varied parts are numbered as well
  const auto varied =
      parse_result(result(repetition("f/threads:1", "1") + "," + repetition("f/threads:2", "2")),
                   "f", {.varied = {"threads"}});
  EXPECT_EQ(varied.benchmarks[0].name, "f");
  EXPECT_EQ(varied.benchmarks[1].name, "f (duplicate 2)");
}

// A program was told how many repetitions to make: without any index that number tells them apart.
TEST(ResultFile, EntriesWithoutIndicesAreSplitByTheRepetitionsAskedFor) {
  const std::string entry = R"({"name": "a", "real_time": 1, "cpu_time": 1})";
  const std::string six =
      result(entry + "," + entry + "," + entry + "," + entry + "," + entry + "," + entry);
  for (const auto& [asked, benchmarks] : {std::pair(6, 1u), std::pair(3, 2u), std::pair(1, 6u)}) {
    EXPECT_EQ(parse_result(six, "f", {.asked_repetitions = asked}).benchmarks.size(), benchmarks);
  }
  EXPECT_THAT(line_of([&] { parse_result(six, "f", {.asked_repetitions = 4}); }),
              HasSubstr("f: benchmark 'a': found several entries without family_index"));
}

TEST(ResultFile, ASkippedBenchmarkHasNotFailed) {
  const auto parsed =
      parse_result(result(repetition("a", "3") +
                          R"(,{"name": "b", "skipped": true, "skip_message": "no\nunit"})"),
                   "f");
  ASSERT_EQ(parsed.benchmarks.size(), 1u);
  ASSERT_EQ(parsed.skipped.size(), 1u);
  EXPECT_EQ(parsed.skipped[0].name, "b");
  EXPECT_EQ(parsed.skipped[0].why, "no?unit");
}

TEST(ResultFile, DetectsDigestsThatVaryBetweenRepetitions) {
  const auto parsed = parse_result(result(repetition("a", "1", ", \"digest\": 7.0") + "," +
                                              repetition("a", "1", ", \"digest\": 8.0") + "," +
                                              repetition("b", "1", ", \"digest\": 7.0") + "," +
                                              repetition("b", "1", ", \"digest\": 7.0"),
                                          kOwnContext),
                                   "f");
  EXPECT_EQ(parsed.benchmarks[0].digest, 8u);
  EXPECT_EQ(parsed.benchmarks[0].other_digest, 7u);
  EXPECT_FALSE(parsed.benchmarks[1].other_digest);
}

// Google Benchmark writes a bare NaN for the cv of a counter that is 0. A NaN within a string
// stays.
TEST(ResultFile, IgnoresBareNans) {
  const auto parsed = parse_result(result(repetition("a", "1", ",\n\"x\": -nan,\n\"y\": NaN\n") +
                                          "," + repetition("b", "2", R"(, "label": "\": NaN, x")")),
                                   "f");
  ASSERT_EQ(parsed.benchmarks.size(), 2u);
  EXPECT_FALSE(parsed.benchmarks[0].counters.contains("x"));
  EXPECT_EQ(parsed.benchmarks[1].label, "\": NaN, x");
}

// What a program with ReportAggregatesOnly writes.
TEST(ResultFile, TakesTheMedianOfAggregatesAlone) {
  const auto aggregate = [](const std::string& name, const std::string& time) {
    return R"({"name": "a_)" + name + R"(", "run_name": "a", "run_type": "aggregate", )" +
           R"("aggregate_name": ")" + name + R"(", "real_time": )" + time +
           R"(, "cpu_time": 4.0, "time_unit": "us", "digest": 5.0})";
  };
  const auto alone = parse_result(
      result(aggregate("mean", "9") + "," + aggregate("median", "3"), kOwnContext), "file");
  ASSERT_EQ(alone.benchmarks.size(), 1u);
  EXPECT_DOUBLE_EQ(alone.benchmarks[0].real_ns, 3000);
  EXPECT_EQ(alone.benchmarks[0].repetitions, std::vector<double>{3000});
  EXPECT_EQ(alone.benchmarks[0].digest, 5u);
  EXPECT_TRUE(alone.benchmarks[0].aggregates_only);
  // beside repetitions the aggregate is ignored
  const auto beside = parse_result(
      result(repetition("a", "1") + "," + repetition("a", "2") + "," + aggregate("median", "7")),
      "f");
  EXPECT_EQ(beside.benchmarks[0].repetitions, (std::vector<double>{1000, 2000}));
}

}  // namespace
}  // namespace reprise::compare
