// A reader's own log in every form in which Keras leaves it, and what is refused.
#include "repro/training_log/training_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/data/thrown.hpp"

namespace reprise {
namespace {

using ::testing::HasSubstr;
using testing::line_of;

std::vector<double> values(const TrainingLog& log, const std::string& name) {
  std::vector<double> all;
  for (const PrintedValue& value : log.history.at(name)) all.push_back(value.value.value_or(-1));
  return all;
}

using Values = std::vector<double>;

TEST(TrainingLog, ReadsAHistoryAsJsonAndAsPythonPrintsIt) {
  for (const char* text :
       {R"({"loss": [0.5, 0.25], "val_loss": [0.75, 1]})",
        R"({"experiment": "imdb", "history": {"loss": [0.5, 0.25], "val_loss": [0.75, 1.0]}})",
        "{'loss': [0.5, 0.25], 'val_loss': [0.75, 1.0]}",
        "\xEF\xBB\xBF{'loss': [np.float64(0.5), np.float32(0.25)],\r\n 'val_loss': (0.75, 1.,),}",
        "{'loss': array([0.5, 0.25], dtype=float32), 'val_loss': [0.75, 1.0]}"}) {
    const TrainingLog log = parse_training_log(text, "log");
    EXPECT_EQ(values(log, "loss"), (Values{0.5, 0.25})) << text;
    EXPECT_EQ(values(log, "val_loss"), (Values{0.75, 1})) << text;
  }
  EXPECT_TRUE(std::isnan(values(parse_training_log("{'loss': [nan]}", "log"), "loss")[0]));
  EXPECT_TRUE(std::isnan(values(parse_training_log(R"({"loss": [NaN]})", "log"), "loss")[0]));
}

TEST(TrainingLog, ReadsCsvLogger) {
  const TrainingLog log = parse_training_log(
      "epoch,accuracy,learning_rate,loss\r\n0,0.5,0.001,0.7\r\n1,0.75,0.001,0.6\r\n", "log");
  EXPECT_EQ(values(log, "loss"), (Values{0.7, 0.6}));
  EXPECT_EQ(values(log, "accuracy"), (Values{0.5, 0.75}));
}

TEST(TrainingLog, ReadsWhatFitPrints) {
  for (const char* text :
       {"Train on 15000 samples, validate on 10000 samples\n"
        "Epoch 1/2\n"
        "15000/15000 [====] - 2s 120us/step - loss: 0.5084 - acc: 0.7813 - val_loss: 0.3797 - "
        "val_acc: 0.8684\n"
        "Epoch 2/2\n"
        "15000/15000 [====] - 2s - loss: 0.3004 - acc: 0.9047 - val_loss: 0.3004 - val_acc: "
        "0.8897\n",
        // a bar that is drawn over itself
        "Epoch 1/2\r\n"
        " 1/30 [>...] - ETA: 9s - loss: 0.7 - acc: 0.5\b\b\b\b"
        "30/30 [====] - 1s - loss: 0.5084 - acc: 0.7813 - val_loss: 0.3797 - val_acc: 0.8684\r\n"
        "Epoch 2/2\r\n"
        "30/30 [====] - 1s - loss: 0.3004 - acc: 0.9047 - val_loss: 0.3004 - val_acc: 0.8897\r\n",
        // Keras 3, with colours
        "Epoch 1/2\n\x1b[1m30/30\x1b[0m \x1b[32m━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m1s\x1b[0m "
        "20ms/step - "
        "acc: 0.7813 - loss: 0.5084 - val_acc: 0.8684 - val_loss: 0.3797\n"
        "Epoch 2/2\n30/30 ━━━━ 1s 20ms/step - acc: 0.9047 - loss: 0.3004 - val_acc: 0.8897 - "
        "val_loss: 0.3004\n",
        // verbose=2
        "Epoch 1/2\n30/30 - 1s - loss: 0.5084 - acc: 0.7813 - val_loss: 0.3797 - val_acc: 0.8684\n"
        "Epoch 2/2\n30/30 - 1s - loss: 0.3004 - acc: 0.9047 - val_loss: 0.3004 - val_acc: "
        "0.8897\n"}) {
    const TrainingLog log = parse_training_log(text, "log");
    EXPECT_EQ(values(log, "loss"), (Values{0.5084, 0.3004})) << text;
    EXPECT_EQ(values(log, "acc"), (Values{0.7813, 0.9047})) << text;
    EXPECT_EQ(values(log, "val_loss"), (Values{0.3797, 0.3004})) << text;
    EXPECT_EQ(values(log, "val_acc"), (Values{0.8684, 0.8897})) << text;
    EXPECT_EQ(log.history.at("loss")[0].decimals, 4);
  }
}

// Keras pads the step and prints the last state of a bar twice.
TEST(TrainingLog, ReadsBarsThatAreDrawnAgain) {
  const TrainingLog log = parse_training_log(
      "Epoch 1/2\r\x1b[1m  1/100\x1b[0m 9s - acc: 0.1 - loss: 0.9\r 50/100 - acc: 0.2 - loss: 0.8"
      "\r100/100 - acc: 0.3 - loss: 0.7\r100/100 - acc: 0.3 - loss: 0.7 - val_loss: 0.6\n"
      "Epoch 2/2\r100/100 - acc: 0.5 - loss: 0.5\r100/100 - acc: 0.5 - loss: 0.5 - val_loss: 0.6\n"
      "\r  1/50 - acc: 0.9 - loss: 0.1\r50/50 - acc: 0.4 - loss: 0.65\r50/50 - acc: 0.4 - loss: "
      "0.65\n",
      "log");
  EXPECT_EQ(values(log, "loss"), (Values{0.7, 0.5}));
  EXPECT_EQ(log.announced_epochs, 2u);
  ASSERT_EQ(log.evaluations.size(), 1u);
  EXPECT_EQ(log.evaluations[0].at("loss").value, 0.65);
}

TEST(TrainingLog, ReadsResultsBesideTheHistoryAndRecordsOfOneFit) {
  const TrainingLog log = parse_training_log(
      R"({"history": [{"loss": [0.5]}], "final": {"test_loss": 0.25, "test_acc": 0.875}})", "log");
  EXPECT_EQ(values(log, "loss"), (Values{0.5}));
  EXPECT_EQ(log.evaluations.at(0).at("acc").value, 0.875);
  const TrainingLog folds =
      parse_training_log(R"({"final": {"fold_val_mae": [2.5, 2.25]}})", "log");
  EXPECT_EQ(folds.evaluations.at(1).at("mae").value, 2.25);
}

TEST(TrainingLog, RefusesWithOneLine) {
  const auto refusal = [](const char* text) {
    return line_of([&] { parse_training_log(text, "my.log"); });
  };
  EXPECT_THAT(refusal(""), HasSubstr("my.log: found an empty file"));
  EXPECT_THAT(refusal("hello"), HasSubstr("my.log: found 'hello', expected a History"));
  EXPECT_THAT(refusal("[1, 2]"), HasSubstr("expected a History"));
  EXPECT_THAT(refusal("{'loss': [0.5, 0.25], 'acc': [0.5]}"), HasSubstr("expected one per epoch"));
  EXPECT_THAT(refusal("{'loss': [0.5, 'x']}"), HasSubstr("history.loss"));
  EXPECT_THAT(refusal("{'loss': [0.5, "), HasSubstr("my.log"));
  EXPECT_THAT(refusal("epoch,loss,acc\n0,0.5,0.5\n1,0.25\n"), HasSubstr("my.log: line 3: found"));
  EXPECT_THAT(refusal("epoch,loss\n0,0.5\n2,0.25\n"), HasSubstr("my.log: line 3: found"));
  EXPECT_THAT(refusal("epoch,loss\n0,half\n"), HasSubstr("'half'"));
  EXPECT_THAT(refusal("Epoch 1/2\nloss\nEpoch 2/2\n3/3 - 1s - loss: 0.5\n"),
              HasSubstr("epoch 1: found no values"));
  EXPECT_THAT(refusal("Epoch 1/1\n3/3 - loss: 0.5\nEpoch 1/1\n3/3 - loss: 0.5\n"),
              HasSubstr("second training"));
  EXPECT_THAT(refusal("Epoch 1/2\n 3/30 - loss: 0.5\n"), HasSubstr("found step 3 of 30"));
  EXPECT_THAT(refusal("Epoch 2/3\n3/3 - loss: 0.5\n"), HasSubstr("found epoch 2, expected 1"));
  EXPECT_THAT(refusal("epoch,loss,loss\n0,0.5,0.5\n"), HasSubstr("column 'loss' twice"));
  EXPECT_THAT(refusal("epoch,loss\n0,0.5123\n1,0."), HasSubstr("no line break after it"));
  EXPECT_THAT(refusal(R"({"history": [{"loss": [1]}, {"loss": [2]}]})"), HasSubstr("found 2 fits"));
}

}  // namespace
}  // namespace reprise
