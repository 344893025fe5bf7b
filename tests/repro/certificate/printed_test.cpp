// Tests the quantities that the book prints and the same quantities of a run.
#include "repro/certificate/printed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "reprise/core/error.hpp"

namespace reprise::book {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(Rounding, IsTheProgressBarsOrThatOfThePrint) {
  const Rounding bar{.progress_bar = true};
  EXPECT_EQ(bar(0.27354), 0.2735);
  EXPECT_EQ(bar(0.000347594), 0.00034759);
  EXPECT_EQ(bar(1.19e-7), 1.19e-7);
  EXPECT_EQ(bar(0.00101), 0.0010);
  EXPECT_EQ((Rounding{.decimals = 2})(0.7149), 0.71);
  EXPECT_EQ((Rounding{.decimals = 0})(79.6), 80);
}

json book() {
  return json::parse(R"({
    "experiment": "imdb_x",
    "logs": [
      {"name": "print 2nd edition", "edition": 2, "history": [], "evaluate": [[0.5, null]],
       "results": {"best_epoch_from": 120, "best_epoch_to": 140}},
      {"name": "print", "edition": 1, "history": [], "evaluate": [[null, 0.88328]],
       "printed": {"evaluate": [[null, "0.88327999999999995"]]}},
      {"name": "notebook", "edition": 1, "history": [], "evaluate": [[null, 0.88328]]},
      {"name": "other", "edition": 1, "history": [{"loss": [0.5, 0.0002]}], "evaluate": [],
       "results": {"overfits_after": 1, "max_val_accuracy": 0.71},
       "printed": {"results": {"max_val_accuracy": "71%"}}}]})");
}

TEST(PrintedLogs, AreTheEditionsAndEqualOnesAreOne) {
  const auto first = printed_logs(book(), 1);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].source, "print, notebook");
  ASSERT_EQ(first[0].quantities.size(), 1u);
  EXPECT_EQ(first[0].quantities[0].label, "test accuracy");
  EXPECT_EQ(first[1].source, "other");
  EXPECT_EQ(first[1].quantities.size(), 4u);
  const auto second = printed_logs(book(), 2);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].source, "print");
  EXPECT_EQ(second[0].quantities.back().label, "best epoch, 120 to 140");
  EXPECT_EQ(second[0].quantities.back().value, 130);
  EXPECT_TRUE(second[0].quantities.back().is_epoch());
  EXPECT_TRUE(printed_logs(book(), 3).empty());
}

TEST(PrintedQuantity, IsTakenFromARunAndRoundedAsPrinted) {
  RunResults run;
  run.history = {{{"loss", {0.49996, 0.00051234}},
                  {"val_loss", {0.4, 0.3, 0.35}},
                  {"val_accuracy", {0.6, 0.7149, 0.7}}}};
  run.evaluate = {{0.3, 0.883279979}};
  run.results = {{"lowest_epoch", 131}};
  const auto first = printed_logs(book(), 1), second = printed_logs(book(), 2);
  EXPECT_EQ(first[0].quantities[0].of(run), 0.88328);
  const auto value = [&](const std::string& label) {
    for (const auto& quantity : first[1].quantities) {
      if (quantity.label == label) return quantity.of(run);
    }
    return std::numeric_limits<double>::quiet_NaN();
  };
  EXPECT_EQ(value("loss, epoch 1"), 0.5);
  EXPECT_EQ(value("loss, epoch 2"), 0.00051234);
  EXPECT_EQ(value("epochs until it overfits"), 2);
  EXPECT_EQ(value("highest val_accuracy"), 0.71);
  EXPECT_EQ(second[0].quantities.back().of(run), 131);
}

TEST(PrintedQuantity, ThatARunLacksIsNamed) {
  const auto quantity = printed_logs(book(), 1)[0].quantities[0];
  for (const std::vector<std::vector<double>>& evaluate :
       {std::vector<std::vector<double>>{}, {{0.5, std::numeric_limits<double>::quiet_NaN()}}}) {
    RunResults run;
    run.evaluate = evaluate;
    try {
      quantity.of(run);
      FAIL() << evaluate.size();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("test accuracy"));
    }
  }
}

}  // namespace
}  // namespace reprise::book
