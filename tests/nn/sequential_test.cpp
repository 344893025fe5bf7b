// Sequential on small data: when it draws seeds and permutations, what it refuses, that it learns,
// and that the number of threads changes no bit.
#include "reprise/nn/sequential.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reprise/core/error.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/nn/internal_access.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Sequential small_model(Runtime& keras) {
  Sequential model(keras, {Dense{16, relu}, Dense{16, relu}, Dense{1, sigmoid}});
  model.compile({.loss = BinaryCrossentropy{}, .metrics = {"accuracy"}});
  return model;
}

// The seed of the kernel's initializer.
std::uint32_t seed_of(const Layer& layer) {
  return *std::get<GlorotUniform>(std::get<Dense>(layer).kernel_initializer).seed;
}

std::uint32_t weights_crc(const Sequential& model) {
  std::uint32_t crc = 0;
  for (const Variable& variable : model.variables()) crc = crc32(variable.bytes, crc);
  return crc;
}

struct CountPermutations : Callback {
  std::vector<std::size_t> sizes;
  void on_permutation(std::span<const std::int32_t> order) override {
    sizes.push_back(order.size());
  }
};

TEST(Sequential, DrawsItsSeedsWhenItIsConstructed) {
  Runtime keras({.seed = 42});
  const Sequential model(keras, {Dense{16, relu}, Dense{16, relu}, Dense{1, sigmoid}});
  EXPECT_EQ(seed_of(model.layers()[0]), 686579304u);  // Keras after set_random_seed(42)
  EXPECT_EQ(seed_of(model.layers()[1]), 119540832u);
  EXPECT_EQ(seed_of(model.layers()[2]), 26855093u);
  const Sequential second(keras, {Dense{1, linear}});  // the stream continues
  EXPECT_EQ(seed_of(second.layers()[0]), 796233791u);
}

// In the first fit after each compile, Keras builds loss and metrics from a batch of a permutation
// that it then discards, unless evaluate has built them.
TEST(Sequential, DiscardsOnePermutationAfterCompile) {
  const auto [x, y] = testing::learnable_reviews(20, 50, 1);
  Runtime keras;
  CountPermutations count;
  keras.watch(count);
  Sequential model = small_model(keras);
  model.fit(x, y, {.epochs = 2});
  EXPECT_EQ(count.sizes.size(), 3u);
  model.fit(x, y, {.epochs = 2});
  EXPECT_EQ(count.sizes.size(), 5u);
  model.compile({.loss = BinaryCrossentropy{}});
  model.fit(x, y, {.epochs = 1});
  EXPECT_EQ(count.sizes.size(), 7u);
  model.compile({.loss = BinaryCrossentropy{}});
  model.evaluate(x, y);
  model.fit(x, y, {.epochs = 1});
  EXPECT_EQ(count.sizes.size(), 8u);
  EXPECT_THAT(count.sizes, ::testing::Each(20u));
}

TEST(Sequential, LearnsAndReportsOneValuePerEpoch) {
  const auto [x, y] = testing::learnable_reviews(1600, 80, 1);
  Runtime keras;
  Sequential model = small_model(keras);
  const History history =
      model.fit(x.slice(0, 1500), y.slice(0, 1500),
                {.epochs = 30,
                 .batch_size = 64,  // the last batch holds 28
                 .validation_data = ValidationData{x.slice(1500, 1600), y.slice(1500, 1600)}});
  EXPECT_EQ(history.size(), 4u);
  for (const auto& [name, values] : history) EXPECT_EQ(values.size(), 30u) << name;
  EXPECT_LT(history.at("loss").back(), 0.8 * history.at("loss").front());
  EXPECT_GT(history.at("val_accuracy").back(), 0.75);

  const Logs logs = model.evaluate(x.slice(1500, 1600), y.slice(1500, 1600), {.batch_size = 64});
  EXPECT_EQ(logs.at("loss"), history.at("val_loss").back());
  EXPECT_EQ(logs.at("accuracy"), history.at("val_accuracy").back());
  const Matrix<double> predictions = model.predict(x.slice(1500, 1600));
  int right = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    right += (predictions(i, 0) > 0.5) == (y(1500 + i, 0) == 1.0f);
  }
  EXPECT_NEAR(right / 100.0, logs.at("accuracy"), 1e-6);
}

TEST(Sequential, DenseAndSparseInputsGiveTheSameLosses) {
  const auto [x, y] = testing::learnable_reviews(100, 60, 3);
  Matrix<double> dense(100, 60);
  for (std::size_t i = 0; i < 100; ++i) {
    for (const auto column : x.view().row(i)) dense(i, column) = 1.0;
  }
  Runtime sparse_process({.floatx = Dtype::float64, .backend = "reference"});
  Runtime dense_process({.floatx = Dtype::float64, .backend = "reference"});
  Sequential a = small_model(sparse_process), b = small_model(dense_process);
  const auto loss_a = a.fit(x, y, {.epochs = 3}).at("loss");
  const auto loss_b = b.fit(dense, y, {.epochs = 3}).at("loss");
  EXPECT_THAT(loss_b, ::testing::Pointwise(::testing::DoubleNear(1e-12), loss_a));
}

// With the grain forced to 1 every parallel region uses every thread.
TEST(Sequential, AnyNumberOfThreadsGivesTheSameBits) {
  const auto [x, y] = testing::learnable_reviews(700, 300, 2);
  std::optional<std::uint32_t> crc;
  for (const int threads : {1, 2, 3, 5, 8}) {
    Runtime keras({.backend = "openmp", .threads = threads}, {.force_grain_one = true});
    Sequential model = small_model(keras);
    model.fit(x, y, {.epochs = 3, .batch_size = 128});
    EXPECT_EQ(InternalAccess::team(keras).min_threads_used(), threads);
    EXPECT_EQ(InternalAccess::team(keras).max_threads_used(), threads);
    if (!crc) crc = weights_crc(model);
    EXPECT_EQ(weights_crc(model), *crc) << threads << " threads";
  }
}

// Finite differences through the whole network, without Keras's float32 means: one batch of SGD
// with learning rate 1 moves each weight by minus its gradient.
TEST(Sequential, StepIsTheGradientOfTheLoss) {
  const auto [x, y] = testing::learnable_reviews(12, 20, 4);
  const Semantics exact{.name = "exact", .float32_means_in_float64 = false};
  Runtime keras({.floatx = Dtype::float64, .semantics = exact, .backend = "reference"});
  Sequential model(keras, {Dense{4, tanh}, Dense{3, sigmoid}, Dense{1, sigmoid}});
  model.compile({.optimizer = SGD{.learning_rate = 1e-4}, .loss = BinaryCrossentropy{}});
  model.build(20);
  std::vector<Matrix<double>> before;
  for (const Variable& v : model.variables()) before.push_back(v.values);
  const double loss_before = model.evaluate(x, y, {.batch_size = 12}).at("loss");
  model.fit(x, y, {.epochs = 1, .batch_size = 12});
  double squared_gradient = 0;
  const auto after = model.variables();
  for (std::size_t v = 0; v < after.size(); ++v) {
    for (std::size_t i = 0; i < before[v].view().flat().size(); ++i) {
      const double g = (before[v].view().flat()[i] - after[v].values.view().flat()[i]) / 1e-4;
      squared_gradient += g * g;
    }
  }
  // a step of -h g lowers the loss by h |g|^2, to first order in h
  const double loss_after = model.evaluate(x, y, {.batch_size = 12}).at("loss");
  EXPECT_GT(squared_gradient, 1e-3);
  EXPECT_NEAR((loss_before - loss_after) / 1e-4, squared_gradient, 1e-3 * squared_gradient);
}

TEST(Sequential, RefusesInvalidCalls) {
  const auto [x, y] = testing::learnable_reviews(10, 5, 1);
  Runtime keras;
  const auto message = [](auto&& action) -> std::string {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  Sequential empty(keras);
  EXPECT_THAT(message([&] { empty.compile({.loss = MeanSquaredError{}}); }),
              HasSubstr("no Dense layer"));
  EXPECT_THAT(message([&] { empty.build(3); }), HasSubstr("no Dense layer"));
  Sequential compiled(keras, {Dense{1}});
  compiled.compile({.loss = MeanSquaredError{}});
  EXPECT_THAT(message([&] { compiled.add(Dense{1}); }), HasSubstr("after compile or build"));
  EXPECT_THAT(message([&] { Sequential(keras, {Dense{0}}); }), HasSubstr("0 units"));
  Sequential model(keras, {Dense{1, sigmoid}});
  EXPECT_THAT(message([&] { model.fit(x, y, {}); }), HasSubstr("before compile"));
  EXPECT_THAT(message([&] { model.compile({.loss = {}, .metrics = {"f1"}}); }), HasSubstr("'f1'"));
  model.compile({.loss = BinaryCrossentropy{}});
  EXPECT_THAT(message([&] { model.fit(x, y.slice(0, 9), {}); }), HasSubstr("10 rows and y has 9"));
  EXPECT_THAT(message([&] { model.fit(x, y.slice(0, 9), {.validation_split = 0.5}); }),
              HasSubstr("10 rows and y has 9"));
  EXPECT_THAT(message([&] { model.fit(x, Matrix<float>(10, 2), {}); }), HasSubstr("2 columns"));
  EXPECT_THAT(message([&] { model.fit(x, y, {.epochs = 0}); }), HasSubstr("epochs: found 0"));
  EXPECT_THAT(message([&] { model.fit(x, y, {.batch_size = 0}); }), HasSubstr("batch_size"));
  model.fit(x, y, {});
  EXPECT_THAT(message([&] { model.predict(Csr(7)); }), HasSubstr("built for 5"));
  EXPECT_THAT(message([] { Runtime({.isa = "sse9"}); }), HasSubstr("'sse9'"));
  EXPECT_THAT(message([] { Runtime({.backend = "reference", .isa = "baseline"}); }),
              HasSubstr("no kernels of its own"));
  EXPECT_THAT(message([] { Runtime({.backend = "reference", .threads = 2}); }), HasSubstr("has 1"));
}

}  // namespace
}  // namespace reprise
