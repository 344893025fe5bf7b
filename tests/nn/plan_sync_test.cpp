// Plans that keep weights and slots in a layout of their own give the reference's bits when
// somebody reads or sets the weights in between.
#include <gtest/gtest.h>

#include "reprise/data/checksum.hpp"
#include "reprise/nn/sequential.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

// Sets other weights after the first epoch, also denormal ones and -0.
struct SetsWeights : Callback {
  explicit SetsWeights(Sequential& trained) : model(trained) {}
  void on_epoch_end(int epoch, const Logs&) override {
    if (epoch != 0) return;
    std::vector<Matrix<double>> weights = model.get_weights();
    for (Matrix<double>& matrix : weights) {
      double place = 0;
      for (double& value : matrix.view().flat()) {
        ++place;
        value = value > 0.1 ? 1e-40 : value < -0.1 ? -0.0 : value * 0.75 + place * 1e-4;
      }
    }
    model.set_weights(weights);
  }
  Sequential& model;
};

std::uint32_t bits_of(std::size_t units, std::size_t batch_size, const RuntimeOptions& options) {
  const auto [words, y] = testing::learnable_reviews(150, 90, 1);
  Runtime keras(options);
  Sequential model(keras, {Dense{units, relu}, Dense{1, sigmoid}});
  std::uint32_t crc = 0;
  const auto add_predictions = [&] {
    const Matrix<double> all = model.predict(words.view());
    crc = crc32(std::as_bytes(all.view().flat()), crc);
  };
  add_predictions();  // before the model is compiled
  model.compile({.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}});
  add_predictions();
  SetsWeights sets(model);
  for (int fit = 0; fit < 2; ++fit) {
    const History history =
        model.fit(words.view(), y, {.epochs = 3, .batch_size = batch_size, .callbacks = {&sets}});
    for (const auto& [name, values] : history) crc = crc32(std::as_bytes(std::span(values)), crc);
    add_predictions();
  }
  for (const Variable& variable : model.variables()) crc = crc32(variable.bytes, crc);
  return crc;
}

TEST(PlanSync, GivesTheBitsOfTheReference) {
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    for (const std::size_t units : {16, 64, 65, 130}) {
      for (const std::size_t batch_size : {7, 64}) {
        SCOPED_TRACE(std::to_string(units) + " units, batches of " + std::to_string(batch_size));
        const std::uint32_t wanted =
            bits_of(units, batch_size, {.floatx = dtype, .backend = "reference"});
        for (const int threads : {1, 3}) {
          EXPECT_EQ(bits_of(units, batch_size, {.floatx = dtype, .threads = threads}), wanted);
        }
      }
    }
  }
}

}  // namespace
}  // namespace reprise
