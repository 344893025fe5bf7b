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
}

}  // namespace
}  // namespace reprise
