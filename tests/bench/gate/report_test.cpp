// What a gate's result is called, which exit code follows, and what its four reports say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "bench/gate/report.hpp"
#include "bench/gate/result.hpp"

namespace reprise::gate {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kHostile = "BM<Parser<int>>/\"x\"&y|z";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Row row_of(const std::string& name, Label label, double ratio = 1.001) {
  Row row{.benchmark = name, .label = label, .base_ns = 2000, .head_ns = 2000 * ratio};
  row.screened = {18, ratio, ratio - 0.02, ratio + 0.02};
  row.control = {1, 0.99, 1.01, false};
  const bool timed = label != Label::missing && label != Label::failed_in_head;
  if (label == Label::regression || label == Label::accepted) {
    row.confirmed = {24, ratio, ratio - 0.02, ratio + 0.02};
    row.p = 0.00012;
  }
  if (label == Label::accepted) row.accepted = {std::string(40, 'b'), name, 1.12, "exact sums"};
  if (!timed || label == Label::failed_in_base) row.screened = {};
  if (!timed) row.head_ns = kNan;
  if (label == Label::failed_in_base) row.base_ns = kNan;
  return row;
}

// `count` benchmarks that are not slower, then `more`.
GateResult result_of(int count, const std::vector<Row>& more = {}) {
  GateResult result;
  result.base = {"./bench", std::string(40, 'a'), "main"};
  result.head = {"./bench", std::string(40, 'c'), "cccccc"};
  for (int i = 0; i < count; ++i) {
    result.rows.push_back(row_of("quick/" + std::to_string(i), Label::not_slower));
  }
  result.rows.insert(result.rows.end(), more.begin(), more.end());
  result.control = {1.0004, 0.998, 1.003, false};
  result.screen_rounds = 18;
  result.seconds = 79.2;
  result.control_ns = 35869;
  return result;
}

// A result that has everything at once.
GateResult full_result() {
  GateResult result = result_of(
      3, {row_of(kHostile, Label::regression, 1.1), row_of("wanted", Label::accepted, 1.12),
          row_of("restless", Label::undecided, 1.03), row_of("dropped", Label::missing),
          row_of("crashing", Label::failed_in_head), row_of("broken", Label::failed_in_base)});
  result.rows[5].why = "180 rounds were not enough";
  result.rows[7].why = "@someone </details> <!-- `x`|y\n";
  result.rows[0].different_bits = result.rows[1].bits_vary = true;
  result.rows[2].screened.high = INFINITY;
  result.confirm_rounds = 24;
  result.new_in_head = {"new/1"};
  result.skipped = {"gone (no data)"};
  result.unused = {{std::string(40, 'd'), "former", 1.2, "was slow"}};
  result.warnings = {"1 other process runs: @evil_bot"};
  return result;
}

template <class Print>
std::string printed(Print print_to, const GateResult& result) {
  std::ostringstream out;
  print_to(out, result);
  return out.str();
}
std::string terminal(const GateResult& result) { return printed(print, result); }
std::string junit(const GateResult& result) { return printed(print_junit, result); }

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

constexpr Label kLabels[] = {Label::not_slower,    Label::regression, Label::accepted,
                             Label::undecided,     Label::missing,    Label::failed_in_head,
                             Label::failed_in_base};

TEST(GateExitCode, OfEachLabelAlone) {
  const int with_fail[] = {0, 1, 0, 4, 1, 1, 0}, with_warn[] = {0, 1, 0, 4, 4, 1, 0};
  const char* names[] = {"not slower", "regression",     "accepted",      "undecided",
                         "missing",    "failed in HEAD", "failed in BASE"};
  GateOptions fail, warn;
  warn.missing_fails = false;
  for (std::size_t i = 0; i < std::size(kLabels); ++i) {
    EXPECT_EQ(name_of(kLabels[i]), names[i]);
    const Row row = row_of("x", kLabels[i]);
    EXPECT_EQ(static_cast<int>(exit_code_of(row, fail)), with_fail[i]) << names[i];
    EXPECT_EQ(static_cast<int>(exit_code_of(row, warn)), with_warn[i]) << names[i];
    GateResult result = result_of(2, {row});
    EXPECT_EQ(static_cast<int>(exit_code_of(result)), with_fail[i]) << names[i];
    result.options = warn;
    EXPECT_EQ(static_cast<int>(exit_code_of(result)), with_warn[i]) << names[i];
  }
}

TEST(GateExitCode, OtherBitsFailOnlyIfAsked) {
  GateResult result = result_of(2);
  result.rows[1].different_bits = true;
  EXPECT_EQ(exit_code_of(result), ExitCode::done);
  result.options.bits_fail = true;
  EXPECT_EQ(exit_code_of(result), ExitCode::no);
  result.rows[1].different_bits = false;
  result.rows[1].bits_vary = true;
  EXPECT_EQ(exit_code_of(result), ExitCode::done);
}

TEST(GateExitCode, TheFirstOfFailureRegressionUndecided) {
  GateResult result = result_of(2);
  result.control.differs = true;
  EXPECT_EQ(exit_code_of(result), ExitCode::undecided);
  result.control.differs = false;
  result.rows.push_back(row_of("u", Label::undecided));
  EXPECT_EQ(exit_code_of(result), ExitCode::undecided);
  result.rows.insert(result.rows.begin() + 1, row_of("r", Label::regression, 1.1));
  result.control.differs = true;
  EXPECT_EQ(exit_code_of(result), ExitCode::no);
  result.failure = Error("git is missing", ExitCode::missing);
  EXPECT_EQ(exit_code_of(result), ExitCode::missing);
  result.failure = Error("./head crashed");
  EXPECT_EQ(exit_code_of(result), ExitCode::usage);
}

TEST(GateExitCode, NothingComparedIsUndecided) {
  EXPECT_EQ(exit_code_of(result_of(0)), ExitCode::undecided);
  const Row failed = row_of("x", Label::failed_in_base);
  EXPECT_EQ(exit_code_of(result_of(0, {failed, failed})), ExitCode::undecided);
  EXPECT_EQ(exit_code_of(result_of(1, {failed})), ExitCode::done);
}

TEST(GateExitCode, BisectSkipsWhatCannotBeTested) {
  EXPECT_EQ(bisect_code(ExitCode::done), 0);
  EXPECT_EQ(bisect_code(ExitCode::no), 1);
  EXPECT_EQ(bisect_code(ExitCode::usage), 125);
  EXPECT_EQ(bisect_code(ExitCode::missing), 125);
  EXPECT_EQ(bisect_code(ExitCode::undecided), 125);
  EXPECT_EQ(bisect_code(ExitCode::interrupted), 130);  // git bisect then stops
}

TEST(GateSentence, OfEqualProgramsAndOfARegression) {
  EXPECT_EQ(verdict_sentence(result_of(20)), "No benchmark of 20 is slower by more than 5 %.");
  EXPECT_EQ(verdict_sentence(result_of(1)), "The only benchmark is not slower by more than 5 %.");
  const Row slow = row_of("dense_forward/imdb_2/real_time", Label::regression, 1.1);
  EXPECT_EQ(verdict_sentence(result_of(19, {slow})),
            "HEAD is slower in 1 of 20 benchmarks: dense_forward/imdb_2 by 10 % [8 %, 12 %]. The "
            "other 19 are not slower by more than 5 %.");
  EXPECT_EQ(verdict_sentence(result_of(0, {row_of("x", Label::regression, 2.5)})),
            "HEAD is slower in the only benchmark: x by a factor of 2.500 [2.480, 2.520].");
  GateResult many =
      result_of(0, {row_of("a", Label::regression, 1.07), row_of("b", Label::regression, 1.3),
                    row_of("c", Label::regression, 1.2), row_of("d", Label::regression, 1.08)});
  many.rows[0].confirmed->ratio = 1.0725;
  EXPECT_THAT(verdict_sentence(many), AllOf(HasSubstr("in 4 of 4 benchmarks: b by 30 % [28"),
                                            HasSubstr("d by 8 % [6 %, 10 %] and 1 more.")));
}

TEST(GateSentence, SaysEveryOtherLabelInWords) {
  const Row undecided = row_of("u", Label::undecided), dropped = row_of("m", Label::missing);
  EXPECT_EQ(verdict_sentence(result_of(18, {undecided, undecided})),
            "18 of 20 benchmarks are not slower by more than 5 %; 2 are undecided.");
  EXPECT_EQ(verdict_sentence(result_of(0, {undecided, undecided})),
            "Both benchmarks are undecided.");
  EXPECT_EQ(verdict_sentence(result_of(1, {dropped})),
            "1 of 2 benchmarks is not slower by more than 5 %; 1 is missing in HEAD (m).");
  EXPECT_EQ(verdict_sentence(full_result()),
            std::string("HEAD is slower in 1 of 9 benchmarks: ") + kHostile +
                " by 10 % [8 %, 12 %]. Of the other 8, 3 are not slower by more than 5 %; 1 is "
                "undecided; 1 is missing in HEAD (dropped); 1 fails in HEAD (crashing); 1 fails in "
                "BASE, which is no fault of HEAD (broken); 1 is slower, which "
                ".reprise/accepted.json accepts (wanted by 12 % [10 %, 14 %]). The results of 1 "
                "benchmark have other bits in HEAD (quick/0). The results of 1 benchmark vary "
                "between rounds of one program (quick/1).");
  GateResult bits = result_of(2);
  bits.rows[0].different_bits = bits.options.bits_fail = true;
  EXPECT_THAT(verdict_sentence(bits), HasSubstr("which --bits fail forbids (quick/0)."));
}

TEST(GateSentence, SaysWhyThereIsNoAnswer) {
  EXPECT_EQ(verdict_sentence(result_of(0)), "Nothing was compared.");
  EXPECT_EQ(verdict_sentence(result_of(0, {row_of("x", Label::failed_in_base)})),
            "Nothing was compared. The only benchmark fails in BASE, which is no fault of HEAD "
            "(x).");
  GateResult result = result_of(3);
  result.control = {1.03, 1.021, 1.04, true};
  EXPECT_EQ(verdict_sentence(result),
            "BASE differs from itself by 3 % [2.1 %, 4 %] in the same rounds, so the machine was "
            "too restless for an answer. No benchmark of 3 is slower by more than 5 %.");
  result = result_of(2);
  result.failure = Error("./head crashed\nin round 3");
  EXPECT_THAT(verdict_sentence(result), StartsWith("The gate ended early, because of an error: "
                                                   "./head crashed?in round 3. No benchmark"));
}

TEST(GateReport, TerminalShowsWhatNeedsAttentionFirstAndCompletely) {
  GateResult result = full_result();
  result.rows.push_back(row_of("evil\x1b[31m\n", Label::undecided));
  const std::string text = terminal(result);
  EXPECT_THAT(text, StartsWith(verdict_sentence(result) + "\n\nBASE: ./bench, built from main "
                                                          "(commit aaaaaaaaaaaa)\n"
                                                          "HEAD: ./bench, built from commit "
                                                          "cccccccccccc\n"));
  for (const char* part :
       {"18 rounds of all benchmarks and 24 fresh rounds of the suspects alone took 1:20 "
        "minutes.\n",
        "A/A control: BASE took 1.000 [0.998, 1.003] times as long as itself in the same rounds, "
        "which is no difference.\n",
        "  regression        1.100    [1.080, 1.120]   0.00012       2 us     2.2 us\n",
        "  undecided         1.030    [1.010, 1.050]         -       2 us    2.06 us\n  180 rounds",
        "  missing               -                 -         -       2 us          -\n",
        "made slower by bbbbbbbbbbbb, accepted at 1.120 times BASE's time: exact sums\n",
        "\nquick/0\n", "  different bits\n", "  bits vary\n", "evil?[31m?\n",
        "warning: 1 other process runs: @evil_bot\n", "that BASE does not have: new/1.\n",
        "skipped 1 benchmark: gone (no data).\n", "accepted.json: former.\n",
        "that is no proof that the true slowdown does", "-falign-functions=64"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_LT(text.find("\ncrashing\n"), text.find("\nrestless\n"));  // 1 comes before 4
  EXPECT_LT(text.find("\nrestless\n"), text.find("\nbroken\n"));    // and 4 before 0
  EXPECT_LT(text.find("\nbroken\n"), text.find("\nnot slower by more"));
  EXPECT_EQ(count_of(text, "  quick/2\n"), 1u);
  EXPECT_THAT(text, HasSubstr("  1.001             any      2 us      2 us  quick/2\n"));
  // every line of the tables fits
  std::istringstream lines(text.substr(text.find("\nbenchmark\n"),
                                       text.find("\nA regression") - text.find("\nbenchmark\n")));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

TEST(GateReport, TerminalSaysHowItEndedAndWhatTheControlFound) {
  GateResult result = result_of(1);
  result.out_of_time = result.control.differs = true;
  result.options.clock = compare::Clock::cpu_time;
  EXPECT_THAT(terminal(result),
              AllOf(HasSubstr("took 1:20 minutes and were ended by the time budget."),
                    HasSubstr("a difference: the machine was too restless."),
                    HasSubstr("All times are CPU times."),
                    HasSubstr("control kernel took 35.9 us."), Not(HasSubstr("falign"))));
  result.screen_rounds = 0;
  result.control_ns = kNan;
  EXPECT_THAT(terminal(result), AllOf(HasSubstr("BASE was not compared with itself."),
                                      Not(HasSubstr("control kernel"))));
}

TEST(GateMarkdown, HasItsPartsInOrder) {
  const std::string text = markdown(full_result(), "reprise gate main HEAD --filter '```x'");
  EXPECT_THAT(text, StartsWith("<!-- reprise gate -->\n**HEAD is slower in 1 of 9 benchmarks: "));
  std::size_t at = 0;
  for (const char* part :
       {"\nA/A control: ", "\n- BASE: `./bench`, built from `main` (commit aaaaaaaaaaaa)\n",
        "\n\n| benchmark | verdict |", "| regression | 1.100 | [1.080, 1.120] | 0.00012 | 2 us |",
        "| `restless` | undecided | 1.030 | [1.010, 1.050] | - | 2 us | 2.06 us | 180 rounds",
        "\n<details>\n<summary>1 benchmark is not slower by more than 5 %</summary>\n\n|",
        "\n| `quick/2` | 1.001 | any | 2 us | 2 us |\n\n</details>\n", "not have: `new/1`.",
        "\nThis command repeats it:\n\n````sh\nreprise gate main HEAD --filter '```x'\n````\n"}) {
    const std::size_t found = text.find(part, at);
    ASSERT_NE(found, std::string::npos) << part << "\nin\n" << text;
    at = found;
  }
  EXPECT_THAT(text, Not(HasSubstr("were cut")));
}

TEST(GateMarkdown, TextOfOthersDoesNotAct) {
  GateResult result = full_result();
  for (const char* name : {"</details>", "<!-- x", "@org/team", "a`b", "two\nlines", "a\\|b"}) {
    result.rows.push_back(row_of(name, Label::regression, 1.2));
    result.rows.push_back(row_of(name + std::string("/again"), Label::not_slower));
  }
  result.head.ref = "@branch";
  const std::string text = markdown(result, "reprise gate");
  for (const char* part :
       {"<code>BM&#60;Parser&#60;int&#62;&#62;/&#34;x&#34;&#38;y&#124;z</code>", "`</details>`",
        "`<!-- x`", "`@org/team`", "<code>a&#96;b</code>", "`two?lines`",
        "<code>a&#92;&#124;b</code>", "`@branch`", "`1 other process runs: @evil_bot`",
        "<code>&#64;someone&#32;&#60;/details&#62;"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {  // a cell more would end in another column
    const auto bars = std::count(line.begin(), line.end(), '|');
    if (line.starts_with("```")) continue;
    EXPECT_TRUE(!line.starts_with('|') || bars == 9 || bars == 6) << line;
    std::string outside;  // of code between backticks
    bool code = false;
    for (const char c : line) {
      if (c == '`') code = !code;
      if (!code) outside += c;
    }
    EXPECT_FALSE(code) << line;
    EXPECT_EQ(outside.find('@'), std::string::npos) << line;
    EXPECT_TRUE(line == "</details>" || count_of(outside, "</details>") == 0) << line;
  }
}

TEST(GateMarkdown, IsNeverLongerThanAllowed) {
  std::vector<Row> slow;
  for (int i = 0; i < 9; ++i) {
    slow.push_back(row_of("slow/" + std::to_string(i), Label::regression, 1.1));
  }
  const GateResult result = result_of(11, slow);
  const std::string whole = markdown(result, "reprise gate a b");
  EXPECT_EQ(markdown(result, "reprise gate a b", whole.size()), whole);
  std::size_t last = 0;
  for (std::size_t most = 0; most < whole.size(); ++most) {
    const std::string text = markdown(result, "reprise gate a b", most);
    ASSERT_LE(text.size(), most);
    const std::size_t rows = count_of(text, "\n| `");
    EXPECT_GE(rows, last) << most;
    last = rows;
    EXPECT_EQ(count_of(text, "<details>"), count_of(text, "</details>"));
    EXPECT_TRUE(text.empty() || text.starts_with("<!-- reprise gate -->\n")) << most;
    if (rows == 0) continue;
    EXPECT_THAT(text, HasSubstr("repeats it:\n\n```sh\nreprise gate a b\n```\n"));
    const std::string cut =
        rows == 19 ? "The row of 1 benchmark is cut, because"
                   : "The rows of " + std::to_string(20 - rows) + " benchmarks are cut, because";
    EXPECT_THAT(text, HasSubstr(cut + " this text may have at most " + std::to_string(most)));
  }
  EXPECT_GE(last, 18u);  // and nothing is cut that would have fitted
  GateResult huge = result_of(1, {row_of(std::string(70000, 'x'), Label::regression, 1.1)});
  EXPECT_THAT(markdown(huge, "reprise gate"), HasSubstr("xxx...` by 10 %"));
}

TEST(GateJunit, HasOneCaseForEachBenchmark) {
  GateResult result = full_result();
  const std::string text = junit(result);
  EXPECT_THAT(text, StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "));
  EXPECT_EQ(count_of(text, "tests=\"9\" failures=\"1\" errors=\"2\" skipped=\"2\" time=\"79.2"),
            2u);  // of the suite and of all suites
  EXPECT_EQ(count_of(text, "<testcase classname=\"reprise.gate\" name=\""), 9u);
  for (const char* part :
       {"name=\"BM&lt;Parser&lt;int&gt;&gt;/&quot;x&quot;&amp;y|z\" time=\"0.000002200000\">\n"
        "      <failure type=\"regression\" message=\"regression: HEAD takes 1.100 [1.080, 1.120]",
        "name=\"crashing\">\n      <error type=\"failed in HEAD\"", "<error type=\"missing\"",
        "name=\"broken\" time=\"0.000002002000\">\n      <skipped message=\"failed in BASE\"/>",
        "message=\"undecided: HEAD takes 1.030 [1.010, 1.050] times as long as BASE (",
        "<system-out>accepted: ",
        "<system-out>not slower: HEAD takes 1.001 times as long as BASE (",
        "<property name=\"control_interval\" value=\"[0.998, 1.003]\"/>",
        "<property name=\"control_differs\" value=\"false\"/>",
        "<property name=\"screen_rounds\" value=\"18\"/>",
        "<property name=\"confirm_rounds\" value=\"24\"/>"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  result.options.missing_fails = false;
  result.options.bits_fail = true;
  EXPECT_THAT(junit(result), AllOf(HasSubstr("failures=\"2\" errors=\"1\" skipped=\"3\""),
                                   HasSubstr("<failure type=\"different bits\"")));
}

TEST(GateJunit, ShowsWhatConcernsNoBenchmark) {
  GateResult result = result_of(2);
  EXPECT_THAT(junit(result), Not(HasSubstr("the gate itself")));
  result.control.differs = true;
  EXPECT_THAT(junit(result), HasSubstr("name=\"the gate itself\">\n      <skipped message=\"BASE"));
  result.failure = Error("./head hangs");
  EXPECT_THAT(junit(result),
              AllOf(HasSubstr("tests=\"3\" failures=\"0\" errors=\"1\" skipped=\"0\""),
                    HasSubstr("<error type=\"ended early\" message=\"The gate ended early")));
}

}  // namespace
}  // namespace reprise::gate
