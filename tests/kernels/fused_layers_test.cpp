// All layers of a narrow network in one pass (Backend::fused_layers) have the bits of the
// reference's primitives one after another, on every instruction set of this processor.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/batch_step.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/backend.hpp"
#include "reprise/kernels/reference/backend.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using testing::expect_same_bits;
using testing::random_matrix;

constexpr std::size_t kRows = 101;  // three blocks of rows, the last of which ends within a tile

template <class T>
struct Layer {
  Matrix<T> kernel, bias, z, y, dy;
  DenseDescription<T> description;
};

// Layers of these widths for kRows rows, with random z in the first one. Every second layer has a
// bias.
template <class T>
class Layers {
 public:
  Layers(const std::vector<std::size_t>& widths, const Activation& hidden, const Activation& last) {
    for (std::size_t l = 0; l < widths.size(); ++l) {
      const std::size_t inputs = l == 0 ? 3 : widths[l - 1], units = widths[l];
      const auto seed = static_cast<std::uint32_t>(10 * l);
      all_.push_back({random_matrix<T>(inputs, units, seed),
                      random_matrix<T>(1, l % 2 == 0 ? units : 0, seed + 1),
                      Matrix<T>(kRows, units),
                      Matrix<T>(kRows, units),
                      Matrix<T>(kRows, units),
                      {}});
      Layer<T>& layer = all_.back();
      layer.description = {layer.kernel.view(),
                           layer.bias.view().flat(),
                           l + 1 == widths.size() ? last : hidden,
                           {}};
    }
    all_[0].z = random_matrix<T>(kRows, widths[0], 5, T(-2), T(2));
    all_[0].z(3, 0) = T(0);  // where the derivative of relu is 0
    all_[0].z(4, 0) = -T(0);
  }
  std::vector<LayerOfBatch<T>> of_batch() {
    std::vector<LayerOfBatch<T>> result;
    for (Layer<T>& layer : all_) {
      result.push_back({&layer.description, layer.z.view(), layer.y.view(), layer.dy.view()});
    }
    return result;
  }
  NetworkDescription<T> network(const Loss& loss) {
    NetworkDescription<T> network{};
    for (const Layer<T>& layer : all_) network.layers.push_back(layer.description);
    network.loss = loss;
    return network;
  }
  std::deque<Layer<T>>& all() { return all_; }

 private:
  std::deque<Layer<T>> all_;
};

// What compute_rows of batch_step.hpp does with the primitives.
template <class T>
void run_primitives(Backend<T>& backend, std::deque<Layer<T>>& layers, const LossOfBatch<T>& loss) {
  for (std::size_t l = 0; l < layers.size(); ++l) {
    Layer<T>& layer = layers[l];
    const auto& d = layer.description;
    if (l > 0) backend.dense_forward(layers[l - 1].y, d.kernel, d.bias, layer.z.view());
    backend.activation_forward(d.activation, layer.z, layer.y.view());
  }
  Layer<T>& top = layers.back();
  backend.loss(loss.rule, loss.target, loss.on_logits ? top.z : top.y, loss.upstream, loss.values,
               top.dy.view());
  for (std::size_t l = layers.size(); l-- > 0;) {
    Layer<T>& layer = layers[l];
    if (l + 1 < layers.size() || !loss.on_logits) {
      backend.activation_backward(layer.description.activation, layer.z, layer.y, layer.dy.view());
    }
    if (l > 0)
      backend.dense_backward_data(layer.dy, layer.description.kernel, layers[l - 1].dy.view());
  }
}

template <class T>
void expect_reference_bits(std::string_view isa, const std::vector<std::size_t>& widths,
                           const Activation& hidden, const Activation& last, const Loss& rule,
                           bool on_logits) {
  const std::size_t units = widths.back();
  const bool sparse = has_sparse_targets(rule);
  Matrix<T> target = testing::zeros_and_ones<T>(kRows, sparse ? 1 : units, 7);
  for (std::size_t i = 0; sparse && i < kRows; ++i) target(i, 0) = static_cast<T>(i * 7 % units);
  const Matrix<T> upstream = random_matrix<T>(1, kRows, 8, T(0), T(0.1));
  Matrix<T> values(1, kRows), wanted_values(1, kRows);
  Layers<T> fused(widths, hidden, last), plain(widths, hidden, last);
  const auto loss = [&](Matrix<T>& to) {
    return LossOfBatch<T>{rule, on_logits, target, upstream.view().flat(), to.view().flat()};
  };
  ReferenceBackend<T> reference;
  run_primitives<T>(reference, plain.all(), loss(wanted_values));

  Team team(1, true);
  OpenmpBackend<T> backend(team, isa);
  std::string what(isa);
  for (const std::size_t width : widths) what += "-" + std::to_string(width);
  ASSERT_TRUE(backend.can_fuse_layers(fused.network(rule))) << what;
  backend.fused_layers(fused.of_batch(), loss(values), true, 0, 7);
  backend.fused_layers(fused.of_batch(), loss(values), true, 7, kRows);
  expect_same_bits(values, wanted_values, what + " values");
  for (std::size_t l = 0; l < widths.size(); ++l) {
    const std::string layer = what + " layer " + std::to_string(l);
    expect_same_bits(fused.all()[l].z, plain.all()[l].z, layer + " z");
    expect_same_bits(fused.all()[l].y, plain.all()[l].y, layer + " y");
    expect_same_bits(fused.all()[l].dy, plain.all()[l].dy, layer + " dz");
  }

  // without training the outputs and losses are the same, and dy is left alone
  for (Layer<T>& layer : fused.all()) {
    std::ranges::fill(layer.y.view().flat(), T(42));
    std::ranges::fill(layer.dy.view().flat(), T(42));
  }
  std::ranges::fill(values.view().flat(), T(0));
  backend.fused_layers(fused.of_batch(), loss(values), false, 0, kRows);
  expect_same_bits(values, wanted_values, what + " values without training");
  expect_same_bits(fused.all().back().y, plain.all().back().y, what + " y without training");
  for (const Layer<T>& layer : fused.all()) {
    EXPECT_TRUE(std::ranges::all_of(layer.dy.view().flat(), [](T value) { return value == T(42); }))
        << what;
  }
}

template <class Test>
void for_each_isa(Test&& test) {
  const FlushDenormals flush;
  for (const IsaInfo& isa : isas()) {
    if (isa.available) test(isa.name);
  }
}

TEST(FusedLayers, HaveTheReferencesBitsAtAllWidths) {
  for_each_isa([](std::string_view isa) {
    for (const std::size_t wide : {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16}) {
      for (const std::size_t last : {1, 2, 16}) {
        const std::vector<std::size_t> widths{wide, wide, 17 - wide, last};
        expect_reference_bits<float>(isa, widths, Relu{}, Sigmoid{}, BinaryCrossentropy{}, false);
        std::vector<std::size_t> halves;
        for (const std::size_t width : widths) halves.push_back((width + 1) / 2);
        expect_reference_bits<double>(isa, halves, Relu{}, Sigmoid{}, BinaryCrossentropy{}, false);
      }
    }
  });
}

TEST(FusedLayers, HaveTheReferencesBitsForOtherRules) {
  for_each_isa([](std::string_view isa) {
    for (const Activation& hidden :
         {Activation(Relu{}), Activation(Relu{.max_value = 1.0}), Activation(Tanh{}),
          Activation(Linear{}), Activation(Softmax{})}) {
      for (const Activation& last : {Activation(Linear{}), Activation(Relu{}), Activation(Tanh{}),
                                     Activation(LogSoftmax{})}) {
        expect_reference_bits<float>(isa, {16, 8, 3}, hidden, last, MeanSquaredError{}, false);
        expect_reference_bits<float>(isa, {5}, hidden, last, MeanAbsoluteError{}, false);
      }
    }
    for (const Loss& loss : testing::every_loss()) {
      for (const bool on_logits : {false, true}) {
        expect_reference_bits<float>(isa, {16, 16, 6}, Relu{}, Sigmoid{}, loss, on_logits);
        expect_reference_bits<double>(isa, {8, 8, 6}, Relu{}, Sigmoid{}, loss, on_logits);
      }
    }
  });
}

TEST(FusedLayers, AreRefusedWhereThereIsNoPass) {
  const auto can_fuse = [](const std::vector<std::size_t>& widths, const Activation& last,
                           const Loss& loss, bool fuse = true, bool penalty = false,
                           bool dropout = false) {
    Layers<float> layers(widths, Relu{}, last);
    NetworkDescription<float> network = layers.network(loss);
    if (penalty) {
      std::get<DenseDescription<float>>(network.layers.front()).regularizers.output = L1{0.1};
    }
    if (dropout) network.layers.push_back(DropoutDescription{widths.back(), 0.5, 0});
    Team team(1, true);
    return OpenmpBackend<float>(team, "baseline", fuse).can_fuse_layers(network);
  };
  EXPECT_TRUE(can_fuse({16, 16, 1}, Sigmoid{}, BinaryCrossentropy{}));
  EXPECT_FALSE(can_fuse({16, 17, 1}, Sigmoid{}, BinaryCrossentropy{}));
  EXPECT_FALSE(can_fuse({16, 16, 2}, Softmax{}, CategoricalCrossentropy{}));
  EXPECT_FALSE(can_fuse(std::vector<std::size_t>(9, 2), Sigmoid{}, BinaryCrossentropy{}));
  EXPECT_FALSE(can_fuse({16, 16, 1}, Sigmoid{}, CustomLoss{}));
  EXPECT_FALSE(can_fuse({16, 16, 1}, Sigmoid{}, BinaryCrossentropy{}, false));
  EXPECT_FALSE(can_fuse({16, 16, 1}, Sigmoid{}, BinaryCrossentropy{}, true, true));
  EXPECT_FALSE(can_fuse({16, 16, 1}, Sigmoid{}, BinaryCrossentropy{}, true, false, true));
}

class CountingBackend final : public OpenmpBackend<float> {
 public:
  using OpenmpBackend<float>::OpenmpBackend;
  void fused_layers(std::span<const LayerOfBatch<float>> layers, const LossOfBatch<float>& loss,
                    bool training, std::size_t first, std::size_t last) override {
    rows += last - first;
    OpenmpBackend<float>::fused_layers(layers, loss, training, first, last);
  }
  std::size_t rows = 0;
};

TEST(FusedLayers, AreUsedWhereTheFirstLayerIsGiven) {
  Layers<float> layers({16, 16, 1}, Relu{}, Sigmoid{});
  const Matrix<float> x = random_matrix<float>(kRows, 3, 1);
  const Matrix<float> y = testing::zeros_and_ones<float>(kRows, 1, 2);
  const std::vector<std::int32_t> rows{5, 9, 2};
  for (const bool targets : {true, false}) {
    Samples<float> samples{MatrixView<const float>(x.view()), {}, {}};
    if (targets) samples.y = y.view();
    Team team(1, true);
    CountingBackend backend(team, "baseline");
    BatchStep<float> step(backend, layers.network(BinaryCrossentropy{}), samples,
                          {[](const auto& body) { body(); },
                           [](std::size_t n, const auto& body) {
                             body({0, n});
                           }});
    step.begin(samples, rows, Pass::training);
    step.compute_rows();
    EXPECT_EQ(backend.rows, 0u);
    step.begin(samples, rows, Pass::training, FirstLayer::given);
    step.compute_rows();
    EXPECT_EQ(backend.rows, targets ? rows.size() : 0u);
  }
}

}  // namespace
}  // namespace reprise
