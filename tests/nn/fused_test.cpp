// Fused plans give the same weights and histories, to the bit, as the same backend without them and
// as the reference, for any number of threads and every instruction set of this processor.
#include <gtest/gtest.h>

#include "reprise/core/named.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/nn/internal_access.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

// A network and its training on 150 samples of 90 columns: sparse rows, or dense rows with or
// without many zeros.
struct Case {
  std::string name;
  enum class Data { words, pixels, dense } data;
  std::vector<Layer> layers;
  CompileOptions compile = {.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}};
  std::size_t batch_size = 32;
  bool weighted = false;
};

std::vector<Case> cases() {
  using enum Case::Data;
  std::vector<Case> all;
  const auto network = [](std::size_t units) {
    return std::vector<Layer>{Dense{units, relu}, Dense{5, tanh}, Dense{1, sigmoid}};
  };
  for (const std::size_t units : {1, 3, 16, 33, 64, 65, 130}) {
    const std::string n = std::to_string(units);
    all.push_back({"words_" + n, words, network(units)});
    all.push_back({"pixels_" + n, pixels, network(units)});
    all.push_back({"dense_" + n, dense, network(units)});
  }
  for (const Optimizer& optimizer : testing::every_optimizer()) {
    const std::string name = std::string(name_of(optimizer)) + "_" +
                             std::to_string(all.size());  // makes the name unique
    all.push_back({"words_by_" + name,
                   words,
                   network(16),
                   {.optimizer = optimizer, .loss = BinaryCrossentropy{}}});
    all.push_back({"pixels_by_" + name,
                   pixels,
                   network(70),
                   {.optimizer = optimizer, .loss = MeanSquaredError{}}});
  }
  const Dense penalised{.units = 70,
                        .activation = relu,
                        .kernel_regularizer = L1L2{0.001, 0.002},
                        .bias_regularizer = L2{0.01},
                        .activity_regularizer = L1{0.0001}};
  for (const auto data : {words, pixels, dense}) {
    const std::string n = std::to_string(static_cast<int>(data));
    all.push_back({"penalties_" + n, data, {penalised, Dropout{0.4}, Dense{1, sigmoid}}});
    Dense narrow = penalised;
    for (const std::size_t units : {8, 20}) {  // all layers fused, and not
      narrow.units = units;
      all.push_back({"narrow_penalties_" + std::to_string(units) + "_" + n,
                     data,
                     {narrow, Dense{1, sigmoid}}});
    }
    all.push_back({"dropout_first_" + n, data, {Dropout{0.2}, Dense{66, relu}, Dense{1, sigmoid}}});
    all.push_back({"one_layer_" + n, data, {Dense{1, sigmoid}}});
    all.push_back({"without_bias_" + n,
                   data,
                   {Dense{.units = 64, .activation = relu, .use_bias = false}, Dense{1, sigmoid}}});
    for (const std::size_t units : {8, 64, 80}) {
      const std::string end = n + "_" + std::to_string(units);
      all.push_back({"whole_" + end,
                     data,
                     network(units),
                     {.optimizer = Adam{}, .loss = BinaryCrossentropy{}},
                     1000});
      all.push_back({"weighted_" + end,
                     data,
                     network(units),
                     {.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}},
                     7,
                     true});
      // diverges through infinite and NaN weights
      all.push_back({"huge_steps_" + end,
                     data,
                     network(units),
                     {.optimizer = SGD{.learning_rate = 1e30}, .loss = MeanSquaredError{}}});
    }
  }
  // fewer rows than threads, and words that are absent from most batches
  for (const std::size_t units : {64, 65}) {
    all.push_back({"few_words_" + std::to_string(units),
                   words,
                   network(units),
                   {.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}},
                   10});
  }
  // batches of one sample
  const auto alone = [&](std::string name, Case::Data data, std::vector<Layer> layers,
                         const Optimizer& optimizer, const Loss& loss) {
    all.push_back({"alone_" + name + "_" + std::to_string(all.size()),
                   data,
                   std::move(layers),
                   {.optimizer = optimizer, .loss = loss},
                   1});
  };
  for (const std::size_t units : {1, 3, 8, 13, 64, 65}) {
    alone(std::to_string(units), dense, {Dense{units, relu}, Dense{units, relu}, Dense{1}},
          RMSprop{}, MeanSquaredError{});
    alone(std::to_string(units), pixels, {Dense{units, relu}, Dense{7, tanh}, Dense{1, sigmoid}},
          RMSprop{}, BinaryCrossentropy{});
  }
  for (const Optimizer& optimizer : testing::every_optimizer()) {
    alone("by_" + std::string(name_of(optimizer)), dense, {Dense{9, relu}, Dense{6}, Dense{1}},
          optimizer, MeanAbsoluteError{});
  }
  alone("one_layer", dense, {Dense{1}}, RMSprop{}, MeanSquaredError{});
  alone("without_bias", dense,
        {Dense{.units = 20, .activation = relu, .use_bias = false}, Dense{1}}, RMSprop{},
        MeanSquaredError{});
  alone("diverging", dense, {Dense{20, relu}, Dense{20, relu}, Dense{1}},
        SGD{.learning_rate = 1e30}, MeanSquaredError{});
  alone("words_softmax", words, {Dense{20, relu}, Dense{7, softmax}}, RMSprop{},
        SparseCategoricalCrossentropy{});
  alone("pixels_softmax", pixels, {Dense{70, relu}, Dense{7, softmax}}, RMSprop{},
        SparseCategoricalCrossentropy{.from_logits = true});
  alone("words", words, {Dense{20, relu}, Dense{1}}, RMSprop{}, MeanSquaredError{});
  return all;
}

InputArray inputs(Case::Data data, const Csr& words, const Matrix<double>& pixels,
                  const Matrix<double>& dense) {
  if (data == Case::Data::words) return words.view();
  return data == Case::Data::pixels ? pixels.view() : dense.view();
}

// CRC-32 of all bits of two fits' histories and weights.
std::uint32_t bits_of(const Case& c, RuntimeOptions options, bool force_grain_one = false) {
  constexpr std::size_t kRows = 150, kColumns = 90;
  const auto [words, y] = testing::learnable_reviews(kRows, kColumns, 1);
  const auto dense = testing::random_matrix<double>(kRows, kColumns, 2);
  auto pixels = dense;
  for (double& value : pixels.view().flat()) value = value > 0.6 ? value : 0.0;
  std::vector<double> weights(c.weighted ? kRows : 0);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 0.5 + static_cast<double>(i % 3);
  const InputArray x = inputs(c.data, words, pixels, dense);

  options.seed = 3;
  Runtime keras(options, {.force_grain_one = force_grain_one});
  Sequential model(keras, c.layers);
  CompileOptions compile = c.compile;
  compile.metrics = {"accuracy"};
  model.compile(compile);
  std::uint32_t crc = 0;
  for (int fit = 0; fit < 2; ++fit) {  // the second continues with the optimizer's slots
    const History history = model.fit(x, y,
                                      {.epochs = 2,
                                       .batch_size = c.batch_size,
                                       .validation_data = {{x, y}},
                                       .sample_weight = weights});
    for (const auto& [name, values] : history) crc = crc32(std::as_bytes(std::span(values)), crc);
  }
  for (const Variable& variable : model.variables()) crc = crc32(variable.bytes, crc);
  const bool one_at_a_time =
      c.batch_size == 1 && options.fuse;  // then no work is split among threads
  if (force_grain_one && options.threads > 1 && !one_at_a_time) {
    EXPECT_EQ(InternalAccess::team(keras).min_threads_used(), options.threads) << c.name;
  }
  return crc;
}

class Fused : public ::testing::TestWithParam<std::tuple<Case, Dtype>> {};

TEST_P(Fused, HasTheBitsOfTheReference) {
  const auto& [c, dtype] = GetParam();
  const std::uint32_t wanted = bits_of(c, {.floatx = dtype, .backend = "reference"});
  EXPECT_EQ(bits_of(c, {.floatx = dtype, .fuse = false}), wanted);
  for (const IsaInfo& isa : isas()) {
    if (!isa.available) continue;
    EXPECT_EQ(bits_of(c, {.floatx = dtype, .isa = std::string(isa.name)}), wanted) << isa.name;
  }
  for (const int threads : {1, 2, 3, 4, 7, 16}) {
    EXPECT_EQ(bits_of(c, {.floatx = dtype, .threads = threads}, true), wanted)
        << threads << " threads";
  }
}

INSTANTIATE_TEST_SUITE_P(Case, Fused,
                         ::testing::Combine(::testing::ValuesIn(cases()),
                                            ::testing::Values(Dtype::float32, Dtype::float64)),
                         [](const auto& test) {
                           return std::get<0>(test.param).name + "_" +
                                  std::string(name_of(std::get<1>(test.param)));
                         });

}  // namespace
}  // namespace reprise
