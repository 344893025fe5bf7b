// The engine's parts: orders, durations, result files, two files beside each other, processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "compare/balanced_order.hpp"
#include "compare/contender.hpp"
#include "compare/duration.hpp"
#include "compare/result_file.hpp"
#include "compare/spoilers.hpp"
#include "compare/unpaired.hpp"
#include "reprise/core/error.hpp"
#include "support/scratch.hpp"

namespace reprise::compare {
namespace {

using ::testing::HasSubstr;

template <class Call>
std::string line_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  return "nothing was thrown";
}

TEST(WilliamsDesign, EachFollowsEachOtherEquallyOften) {
  EXPECT_EQ(williams_design(2), (std::vector<std::vector<std::size_t>>{{0, 1}, {1, 0}}));
  for (std::size_t k = 2; k <= 9; ++k) {
    const auto design = williams_design(k);
    EXPECT_EQ(design.size(), k % 2 == 0 ? k : 2 * k);
    std::map<std::pair<std::size_t, std::size_t>, int> places, neighbours;
    for (const auto& sequence : design) {
      for (std::size_t i = 0; i < k; ++i) {
        ++places[{i, sequence[i]}];
        if (i > 0) ++neighbours[{sequence[i - 1], sequence[i]}];
      }
    }
    EXPECT_EQ(places.size(), k * k);
    EXPECT_EQ(neighbours.size(), k * (k - 1));
    for (const auto& [pair, count] : places) EXPECT_EQ(count, k % 2 == 0 ? 1 : 2);
    for (const auto& [pair, count] : neighbours) EXPECT_EQ(count, k % 2 == 0 ? 1 : 2);
  }
}

TEST(Duration, AsPeopleWriteThem) {
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
  EXPECT_DOUBLE_EQ(parse_share("5%", "--margin"), 0.05);
  EXPECT_DOUBLE_EQ(parse_share("0.1", "--margin"), 0.1);
  for (const char* wrong : {"", "0", "1", "100%", "5 %", "x"}) {
    EXPECT_THAT(line_of([&] { parse_share(wrong, "--margin"); }), HasSubstr("--margin: found '"));
  }
}

std::string result(const std::string& rows) {
  return "{\"context\": {}, \"benchmarks\": [" + rows + "]}";
}
std::string row(const std::string& name, const std::string& time, const std::string& more = "") {
  return "{\"name\": \"" + name + "\", \"run_name\": \"" + name +
         "\", \"run_type\": \"iteration\", \"real_time\": " + time +
         ", \"cpu_time\": 1.0, \"time_unit\": \"us\"" + more + "}";
}

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
           {result(row("a", "\"x\"")), "row 'a': found no number 'real_time'"},
           {result(row("a", "1e999")), "file"},
           {result(
                "{\"name\": \"a\", \"real_time\": 1, \"cpu_time\": 1, \"time_unit\": \"weeks\"}"),
            "row 'a': found time_unit 'weeks'"},
       }) {
    EXPECT_THAT(line_of([&, t = text] { parse_result(t, "file"); }), HasSubstr(part)) << text;
  }
}

class Unpaired : public ::testing::Test {
 protected:
  UnpairedComparison compare(const std::vector<double>& a, const std::vector<double>& b) {
    for (const auto& [name, times] : {std::pair("a.json", a), std::pair("b.json", b)}) {
      std::string rows;
      for (const double time : times) {
        rows += (rows.empty() ? "" : ",") + row("r", std::to_string(time));
      }
      std::ofstream(folder_.path() / name) << result(rows);
    }
    return compare_files(folder_.path() / "a.json", folder_.path() / "b.json", {});
  }
  testing::Scratch folder_;
};

// The blind spot of others: six against six of a clean factor of two.
TEST_F(Unpaired, SixAgainstSixOfAFactorOfTwoIsARegression) {
  const auto found = compare({1, 1.01, 1.02, 0.99, 0.98, 1}, {2, 2.02, 1.98, 2.01, 2.03, 1.99});
  EXPECT_EQ(found.verdicts.front().label, Label::regression);
  EXPECT_LT(found.verdicts.front().p, 0.0022);
  EXPECT_FALSE(found.warnings.empty());
}

TEST_F(Unpaired, TenPercentIsNotToBeToldFromDrift) {
  const auto found = compare({1, 1.01, 1.02, 0.99, 0.98, 1}, {1.1, 1.11, 1.12, 1.09, 1.08, 1.1});
  EXPECT_EQ(found.verdicts.front().label, Label::insufficient_data);
}

TEST_F(Unpaired, TooFewRepetitionsSayNothing) {
  EXPECT_EQ(compare({1}, {9}).verdicts.front().label, Label::insufficient_data);
}

TEST_F(Unpaired, ConstantTimes) {
  const std::vector<double> same(10, 3.0);
  EXPECT_EQ(compare(same, same).verdicts.front().label, Label::insufficient_data);
  EXPECT_EQ(compare(same, std::vector<double>(10, 9.0)).verdicts.front().label, Label::regression);
}

TEST(Contender, NamesMeetWithoutTheVariedParts) {
  EXPECT_EQ(common_name("f/imdb_1/backend:openmp/threads:2/warm", {"backend", "threads"}),
            "f/imdb_1/warm");
  EXPECT_EQ(common_name("f/backend:openmp", {}), "f/backend:openmp");
}

TEST(Process, CrashesHangsAndCodesAreTold) {
  const auto run = [](const std::string& command, double timeout) {
    return run_process({{"/bin/sh", "-c", command}}, timeout);
  };
  EXPECT_TRUE(run("true", 10).succeeded());
  EXPECT_EQ(run("echo no >&2; exit 3", 10).problem(), "exit code 3 (no)");
  EXPECT_THAT(run("kill -SEGV $$", 10).problem(), HasSubstr("crashed: Segmentation fault"));
  EXPECT_THAT(run("sleep 60", 0.2).problem(), HasSubstr("still running after"));
  EXPECT_THAT(run_process({{"/no/such/program"}}, 1).problem(), HasSubstr("not found"));
}

// A machine with everything that spoils measurements, as its kernel would tell it.
TEST(Spoilers, AreFoundAndSaid) {
  const testing::Scratch scratch;
  const auto write = [&](const std::string& name, const std::string& text) {
    const auto file = scratch.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  };
  const SystemFolders folders{scratch.path() / "proc", scratch.path() / "sys"};
  EXPECT_TRUE(standing_spoilers(folders).empty());
  write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  write("sys/devices/system/cpu/smt/active", "1\n");
  write("sys/fs/cgroup/cpu.max", "150000 100000\n");
  write("sys/fs/cgroup/cpu.stat", "usage_usec 5\nnr_throttled 2\n");
  write("proc/cpuinfo", "processor : 0\nflags\t\t: fpu hypervisor lahf_lm\n");
  write("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\n");
  EXPECT_EQ(standing_spoilers(folders).size(), 4u);
  const SpoilerWatch watch(folders);
  write("proc/stat", "cpu  300 0 100 1500 0 0 0 100 0 0\n");
  write("sys/fs/cgroup/cpu.stat", "usage_usec 5\nnr_throttled 9\n");
  const auto found = watch.found();
  ASSERT_EQ(found.size(), 7u);
  EXPECT_EQ(found[4], "10 % of the processors' time was stolen by other guests");
  EXPECT_EQ(found[5], "other processes took 20 % of the processors' time");
  EXPECT_EQ(found[6], "the cgroup's quota stopped us 7 times");
  EXPECT_EQ(build_spoilers({{"build_type", "Debug"}}, "p").front(),
            "p: built as 'Debug', not Release");
  EXPECT_TRUE(
      build_spoilers({{"build_type", "Release"}, {"library_build_type", "debug"}}, "p").empty());
}

}  // namespace
}  // namespace reprise::compare
