// Tests the reading of logs in both forms and their comparison with a replay.
#include "repro/replay/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "reprise/core/error.hpp"
#include "tests/repro/replay/support.hpp"
#include "tests/support/real_data.hpp"

namespace reprise::replay {
namespace {

using reprise::testing::Scratch;
using ::testing::HasSubstr;
using testing::script_of;

Log log_of(const std::string& text, const std::string& name = "notebook") {
  const Scratch scratch;
  std::ofstream(scratch.path() / "log.json") << text;
  return read_log(scratch.path() / "log.json", name);
}

const Script& script() {
  static const Script two_epochs = script_of(
      "process keras=2.2.2",
      "load_data imdb\nmodel m dense(1,sigmoid) loss=binary_crossentropy\n"
      "fit f model=m on=train epochs=2 validation=test\nevaluate f on=test\nbaseline b on=test\n");
  return two_epochs;
}

constexpr const char* kLog =
    R"({"experiment": "f", "history": {"loss": [0.5, 0.31], "acc": [0.7, 0.8],
        "val_loss": [0.4, 0.3], "val_acc": [0.9, 0.91]},
        "final": {"test_loss": 0.291846984, "test_acc": 0.88496}})";

Comparison compared(const Log& log, std::vector<double> loss, Scores scores) {
  FitResult fit_result{"f",
                       4,
                       {{"loss", std::move(loss)},
                        {"metric", {0.7, 0.8}},
                        {"val_loss", {0.4, 0.3}},
                        {"val_metric", {0.9, 0.91}}},
                       {scores},
                       0};
  return compare("f", &log, {fit_result}, {}, script(), "test");
}

TEST(Comparison, CountsToHalfAUnitOfTheFourthDecimal) {
  const Log log = log_of(kLog);
  const Comparison equal = compared(log, {0.50004999, 0.30995001}, {0.291847, 0.88496});
  EXPECT_EQ(equal.epochs().text(), "8 of 8");
  EXPECT_EQ(equal.evaluations().text(), "2 of 2");
  EXPECT_EQ(verdict(equal), "f: 8 of 8 epoch values, 2 of 2 evaluation values equal");
  const Comparison not_equal = compared(log, {0.5, 0.31006}, {0.291847, 0.88492});
  EXPECT_EQ(not_equal.epochs().text(), "7 of 8");
  EXPECT_EQ(not_equal.evaluations().text(), "1 of 2");
  EXPECT_EQ(verdict(not_equal),
            "f: 7 of 8 epoch values, 1 of 2 evaluation values equal; first difference: epoch 2, "
            "loss, printed 0.31, replayed "
            "0.3101, by 6e-05");
  std::ostringstream out;
  print_values(out, not_equal, script());
  EXPECT_THAT(out.str(), HasSubstr("0.3100 0.3101*"));
}

TEST(Comparison, ReadsTheProjectsLogs) {
  const Log log =
      read_log(reprise::testing::source_file("results/book/imdb_final.json"), "notebook");
  EXPECT_EQ(log.experiment, "imdb_final");
  EXPECT_EQ(log.history.at("metric").size(), 4u);
  EXPECT_EQ(log.evaluate.at(0).second.value, 0.88496);
}

TEST(Comparison, RefusesLogsOfOtherLength) {
  const auto refusal = [](const std::string& text) -> std::string {
    try {
      check_lengths("f", log_of(text), script());
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::usage);
      return error.what();
    }
    return "taken";
  };
  const std::string longer = refusal(R"({"experiment": "f", "history": {"loss": [1, 2, 3]}})");
  for (const char* part : {"history.loss", "found 3 values, expected 2", "test.script:4"}) {
    EXPECT_THAT(longer, HasSubstr(part));
  }
  EXPECT_THAT(refusal(R"({"experiment": "f", "final": {"fold_val_mae": [1, 2]}})"),
              HasSubstr("found 2 evaluations, expected 1"));
  EXPECT_EQ(refusal(kLog), "taken");
}

TEST(Comparison, RefusesWhatIsNoLog) {
  for (const auto& [text, part] : std::vector<std::pair<const char*, const char*>>{
           {"[]", "found '[]', expected a History"},
           {R"({"history": {}})", "found no history and no evaluation"},
           {R"({"experiment": "f"})", "found no history"},
           {R"({"experiment": ["f"], "history": {"loss": [1]}})", "experiment: found no text"},
           {R"({"experiment": "f", "history": {"loss": ["a"]}})", "history.loss: found 'a'"},
           {R"({"experiment": "f", "history": {"loss": [[1]]}})", "history.loss: found a list"},
           {R"({"experiment": "f", "history": {"gain": [1]}})", "history: found \"gain\""},
           {R"({"experiment": "f", "logs": [{"name": "print"}]})", "none called 'notebook'"}}) {
    try {
      log_of(text);
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(part));
    }
  }
}

TEST(Comparison, PartsBelongToTheirExperiment) {
  EXPECT_TRUE(belongs_to("boston_kfold.2", "boston_kfold"));
  EXPECT_TRUE(belongs_to("imdb", "imdb"));
  EXPECT_FALSE(belongs_to("boston_kfold_500.2", "boston_kfold"));
  EXPECT_FALSE(belongs_to("imdb", "imdb_final"));
}

}  // namespace
}  // namespace reprise::replay
