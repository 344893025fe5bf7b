// Callbacks: when each is called, what a checkpoint saves, and which calls are refused during a
// fit. toolbox_test.cpp compares early stopping with Keras.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reprise/nn/early_stopping.hpp"
#include "reprise/nn/sequential.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Callbacks : public ::testing::Test {
 protected:
  Callbacks() { model_.compile({.loss = MeanSquaredError{}, .metrics = {"mae"}}); }

  History fit(int epochs, std::vector<Callback*> callbacks) {
    return model_.fit(x_, y_, {.epochs = epochs, .batch_size = 4, .callbacks = callbacks});
  }
  // The only weight, w of y = w x. A callback sets it to any value.
  double weight() const { return model_.get_weights()[0](0, 0); }
  void set_weight(double w) {
    Matrix<double> kernel(1, 1);
    kernel(0, 0) = w;
    model_.set_weights({kernel});
  }
  double saved_weight() {
    Sequential saved(keras_, {Dense{.units = 1, .use_bias = false}});
    saved.load_weights(file_);
    return saved.get_weights()[0](0, 0);
  }

  Runtime keras_;
  // all samples are 1 with target 0, so the loss is w * w
  Matrix<float> x_ = testing::random_matrix<float>(10, 1, 1, 1.0f, 1.0f);
  Matrix<float> y_{10, 1};
  Sequential model_{keras_, {Dense{.units = 1, .use_bias = false}}};
  testing::Scratch scratch_;
  fs::path file_ = scratch_.path() / "best.npz";
};

TEST_F(Callbacks, LambdasAreCalledForEachBatchAndEpoch) {
  LambdaCallback lambda, idle;
  std::vector<int> epochs;
  std::vector<std::size_t> steps, rows;
  std::vector<double> losses;
  lambda.epoch_end = [&](int epoch, const Logs& logs) {
    epochs.push_back(epoch);
    losses.push_back(logs.at("loss"));
  };
  lambda.train_batch_end = [&](const BatchInfo& batch) {
    steps.push_back(batch.step);
    rows.push_back(batch.rows.size());
    EXPECT_TRUE(batch.logs.contains("mae"));
  };
  const History history = fit(2, {&lambda, &idle});
  EXPECT_THAT(epochs, ElementsAre(0, 1));
  EXPECT_THAT(steps, ElementsAre(0, 1, 2, 0, 1, 2));
  EXPECT_THAT(rows, ElementsAre(4, 4, 2, 4, 4, 2));
  EXPECT_EQ(losses, history.at("loss"));
}

TEST_F(Callbacks, CheckpointKeepsTheLastEpochOrTheBestOne) {
  // Runs epochs that begin with these weights. The loss of each is about the square of its weight.
  const auto run = [&](const std::vector<double>& weights, ModelCheckpoint& checkpoint) {
    model_.compile(
        {.optimizer = SGD{.learning_rate = 0.0}, .loss = MeanSquaredError{}, .metrics = {"mae"}});
    model_.build(1);
    struct Mover final : Callback {
      std::function<void(int)> move;
      void on_epoch_begin(int epoch) override { move(epoch); }
    } mover;
    mover.move = [&](int epoch) { set_weight(weights[static_cast<std::size_t>(epoch)]); };
    fs::remove(file_);
    fit(static_cast<int>(weights.size()), {&mover, &checkpoint});
  };
  ModelCheckpoint last(file_);
  run({0.5, 0.25, 0.75}, last);
  EXPECT_EQ(saved_weight(), 0.75);
  ModelCheckpoint best(file_, {.monitor = "loss", .save_best_only = true});
  run({0.5, 0.25, 0.75}, best);
  EXPECT_EQ(saved_weight(), 0.25);
  run({0.5, 0.375}, best);  // as in Keras, the best of an earlier fit must be beaten
  EXPECT_FALSE(fs::exists(file_));
  ModelCheckpoint highest(file_, {.monitor = "mae", .save_best_only = true, .mode = Mode::max});
  run({0.5, 0.25, 0.75, 0.625}, highest);
  EXPECT_EQ(saved_weight(), 0.75);
  ModelCheckpoint below(
      file_, {.monitor = "loss", .save_best_only = true, .initial_value_threshold = 0.0625});
  run({0.5, 0.25}, below);  // an equal value is no improvement
  EXPECT_FALSE(fs::exists(file_));
  run({0.5, 0.125}, below);
  EXPECT_EQ(saved_weight(), 0.125);
}

TEST_F(Callbacks, OfUnknownQuantitiesAndUnwritablePlacesEndInOneLine) {
  EarlyStopping validation;  // monitors val_loss
  EXPECT_THAT(testing::line_of([&] { fit(1, {&validation}); }),
              HasSubstr("monitor: found 'val_loss', expected one of: loss, mae"));
  ModelCheckpoint typo(file_, {.monitor = "los", .save_best_only = true});
  EXPECT_THAT(testing::line_of([&] { fit(1, {&typo}); }), HasSubstr("did you mean 'loss'?"));
  ModelCheckpoint nowhere(scratch_.path() / "no" / "w.npz");
  EXPECT_THAT(testing::line_of([&] { fit(1, {&nowhere}); }), HasSubstr("no/w.npz"));
  EXPECT_TRUE(fs::is_empty(scratch_.path()));
}

TEST_F(Callbacks, MayLookAndStopButNotCompileOrFitWithinAFit) {
  LambdaCallback lambda;
  lambda.epoch_end = [&](int, const Logs& logs) {
    EXPECT_GE(model_.evaluate(x_, y_).at("loss"), 0.0);
    EXPECT_EQ(model_.predict(x_).rows(), 10u);
    EXPECT_TRUE(logs.contains("loss"));
    model_.stop_training();
  };
  EXPECT_EQ(fit(5, {&lambda}).at("loss").size(), 1u);
  lambda.epoch_end = [&](int, const Logs&) { fit(1, {}); };
  EXPECT_THAT(testing::line_of([&] { fit(1, {&lambda}); }), HasSubstr("fit: called during a fit"));
  lambda.epoch_end = [&](int, const Logs&) { model_.compile({.loss = MeanAbsoluteError{}}); };
  EXPECT_THAT(testing::line_of([&] { fit(1, {&lambda}); }), HasSubstr("compile: called during"));
  EXPECT_EQ(fit(2, {}).at("loss").size(), 2u);  // an earlier fit that failed leaves no trace
}

}  // namespace
}  // namespace reprise
