// Accumulated gradients and averaged weights (kernels/rules/base_optimizer.hpp) by what they must
// equal. keras_golden_test.cpp compares them with Keras (runs imdb__own_ema and
// reuters__own_accumulation).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reprise/nn/sequential.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kSamples = 24;

// Trains a small network in the order of its samples; returns its weights and keeps the first of
// them after each batch in `after_batch`.
std::vector<Matrix<double>> trained(const Optimizer& optimizer, std::size_t batch_size,
                                    const char* backend,
                                    std::vector<double>* after_batch = nullptr) {
  Runtime keras({.seed = 1, .floatx = Dtype::float64, .backend = backend});
  Sequential model(keras, {Dense{5, relu}, Dense{1}});
  model.compile({.optimizer = optimizer, .loss = MeanSquaredError{}});
  LambdaCallback keep;
  keep.train_batch_end = [&](const BatchInfo&) {
    if (after_batch != nullptr) after_batch->push_back(model.get_weights()[0](0, 0));
  };
  const auto x = testing::random_matrix<double>(kSamples, 3, 1);
  const auto y = testing::random_matrix<double>(kSamples, 1, 2);
  model.fit(x, y, {.epochs = 2, .batch_size = batch_size, .shuffle = false, .callbacks = {&keep}});
  return model.get_weights();
}

void expect_near(const std::vector<Matrix<double>>& a, const std::vector<Matrix<double>>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t v = 0; v < a.size(); ++v) {
    for (std::size_t i = 0; i < a[v].view().flat().size(); ++i) {
      EXPECT_NEAR(a[v].view().flat()[i], b[v].view().flat()[i], 1e-13) << v << " " << i;
    }
  }
}

class BaseOptimizerOn : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, BaseOptimizerOn, ::testing::Values("openmp", "reference"),
                         [](const auto& test) { return test.param; });

// The mean of the gradients of three batches of 4 is the gradient of a batch of 12.
TEST_P(BaseOptimizerOn, AccumulatedBatchesEqualALargerBatch) {
  expect_near(trained(Adam{.gradient_accumulation_steps = 3}, 4, GetParam()),
              trained(Adam{}, 12, GetParam()));
  expect_near(trained(SGD{.momentum = 0.9, .clipnorm = 0.1, .gradient_accumulation_steps = 2}, 6,
                      GetParam()),
              trained(SGD{.momentum = 0.9, .clipnorm = 0.1}, 12, GetParam()));
}

TEST_P(BaseOptimizerOn, WeightsBetweenStepsStay) {
  std::vector<double> kernels;
  trained(RMSprop{.gradient_accumulation_steps = 3}, 4, GetParam(), &kernels);
  ASSERT_EQ(kernels.size(), 12u);
  EXPECT_EQ(kernels[0], kernels[1]);
  EXPECT_NE(kernels[1], kernels[2]);
  EXPECT_EQ(kernels[2], kernels[4]);  // across the border of a step, not of an epoch
}

TEST_P(BaseOptimizerOn, AverageReplacesTheWeightsAtTheEnd) {
  std::vector<double> kernels;
  const auto weights = trained(SGD{.use_ema = true, .ema_momentum = 0.75}, 8, GetParam(), &kernels);
  double average = kernels[0];  // the first batch sets it
  for (std::size_t i = 1; i < kernels.size(); ++i) {
    average = 0.75 * average + 0.25 * kernels[i];
  }
  EXPECT_NEAR(weights[0](0, 0), average, 1e-15);
  EXPECT_NE(weights[0](0, 0), kernels.back());
  // with momentum 0 the average is the weight itself
  expect_near(trained(SGD{.use_ema = true, .ema_momentum = 0}, 8, GetParam()),
              trained(SGD{}, 8, GetParam()));
}

TEST_P(BaseOptimizerOn, AveragesOverwriteTheWeightsWhileTraining) {
  std::vector<double> plain, overwritten;
  trained(SGD{}, 8, GetParam(), &plain);
  trained(SGD{.use_ema = true, .ema_momentum = 0.5, .ema_overwrite_frequency = 2}, 8, GetParam(),
          &overwritten);
  EXPECT_EQ(overwritten[0], plain[0]);
  EXPECT_NEAR(overwritten[1], 0.5 * plain[0] + 0.5 * plain[1], 1e-15);
  expect_near(trained(SGD{.use_ema = true, .ema_overwrite_frequency = 0}, 8, GetParam()),
              trained(SGD{.use_ema = true}, 8, GetParam()));
}

TEST_P(BaseOptimizerOn, LossScaleIsTakenBack) {
  expect_near(trained(Adam{.loss_scale_factor = 100.0}, 8, GetParam()),
              trained(Adam{}, 8, GetParam()));
}

TEST(BaseOptimizer, RefusesWhatKerasRefuses) {
  const auto refusal = [](const Optimizer& optimizer) {
    return testing::line_of([&] { trained(optimizer, 8, "openmp"); });
  };
  EXPECT_THAT(refusal(SGD{.use_ema = true, .ema_momentum = 1.5}), HasSubstr("ema_momentum 1.5"));
  EXPECT_EQ(refusal(SGD{.ema_momentum = 1.5}), "");  // Keras looks at it with use_ema only
  EXPECT_THAT(refusal(SGD{.gradient_accumulation_steps = 1}), HasSubstr("expected at least 2"));
  EXPECT_EQ(refusal(SGD{.gradient_accumulation_steps = 0}), "");
}

}  // namespace
}  // namespace reprise
