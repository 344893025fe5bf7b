// Tests the arithmetic of the replay on small data: losses and gradients, a step by hand, dropout.
#include "repro/replay/training.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "repro/replay/losses.hpp"

namespace reprise::replay {
namespace {

using PinnedSums = Sums<double, false>;

TEST(BinaryCrossentropyOp, IsTheLogLossAndItsSlope) {
  for (const float t : {0.0f, 1.0f}) {
    for (const float p : {1e-6f, 0.01f, 0.3f, 0.5f, 0.7f, 0.99f, 0.999f}) {
      float gradient = 0;
      const double loss = BinaryCrossentropyOp::value(t, p, 0.25f, gradient);
      const double q = t == 1.0f ? p : 1.0 - p;
      EXPECT_NEAR(loss, -std::log(q), 1e-4 * -std::log(q) + 1e-6) << t << ' ' << p;
      const double slope = 0.25 * (t == 1.0f ? -1.0 / p : 1.0 / (1.0 - p));
      EXPECT_NEAR(gradient, slope, 1e-4 * std::fabs(slope)) << t << ' ' << p;
    }
  }
}

TEST(BinaryCrossentropyOp, HasNoGradientWhereItClips) {
  float gradient = 1;
  EXPECT_NEAR(BinaryCrossentropyOp::value(0.0f, 1.0f, 1.0f, gradient), -std::log(0x1p-23), 1e-5);
  EXPECT_EQ(gradient, 0.0f);
  EXPECT_NEAR(BinaryCrossentropyOp::value(1.0f, 0.0f, 1.0f, gradient), -std::log(1e-7), 1e-5);
  EXPECT_EQ(gradient, 0.0f);
}

TEST(CategoricalCrossentropyOp, IsTheLogLossAndItsSlope) {
  const std::vector<float> t{0, 1, 0}, p{0.2f, 0.5f, 0.3f};
  std::vector<float> gradient(3);
  const float loss = CategoricalCrossentropyOp<PinnedSums>::value(t, p, 0.5f, std::span(gradient));
  EXPECT_NEAR(loss, -std::log(0.5), 1e-6);
  // d/dp_j of -log(p_1 / sum p), times upstream
  EXPECT_NEAR(gradient[0], 0.5, 1e-6);
  EXPECT_NEAR(gradient[1], 0.5 - 1.0, 1e-6);
  EXPECT_NEAR(gradient[2], 0.5, 1e-6);
}

// One Dense unit without activation on one sample: z = w x + b, with the RMSprop step by hand.
TEST(Fit, TakesTheStepOfKeras2) {
  Samples samples{{}, Matrix<float>(1, 1), Matrix<float>(1, 1), {}};
  samples.dense(0, 0) = 2.0f;
  samples.targets(0, 0) = 3.0f;
  const LayerSpec layer_spec = DenseLayer{1, ActivationKind::linear, 0.0f, 0.0f};
  CompileSpec compiled{LossKind::mse, MetricKind::mae};
  Network network =
      build(std::span(&layer_spec, 1), 1, compiled, std::vector<std::uint32_t>{5}, {});
  auto& layer = std::get<DenseState>(network.layers[0]);
  const float w = layer.kernel[0];
  NumpyRandom numpy(1);
  const History history = fit(network, {1, 1, true, {&samples, {0}}, {}}, numpy, kPinned);
  const float error = w * 2.0f - 3.0f;
  EXPECT_FLOAT_EQ(static_cast<float>(history.at("loss")[0]), error * error);
  EXPECT_FLOAT_EQ(static_cast<float>(history.at("metric")[0]), std::fabs(error));
  // gradient 2 error x; a = (1 - .9) g^2, so that the step is lr / sqrt(.1) in g's direction
  const float step = 0.001f / std::sqrt(1.0f - 0.9f);
  EXPECT_NEAR(layer.kernel[0], w - std::copysign(step, error), 1e-7);
  EXPECT_NEAR(layer.bias[0], -std::copysign(step, error), 1e-7);
}

// A small two-class problem with dropout and a penalty, on multi-hot or dense rows.
struct Problem {
  Samples samples;
  std::vector<LayerSpec> layers{DenseLayer{20, ActivationKind::relu, 0.0f, 0.001f},
                                DropoutLayer{0.5}, DenseLayer{1, ActivationKind::sigmoid}};

  explicit Problem(bool sparse) {
    constexpr std::size_t kRows = 150, kInputs = 40;
    samples.targets = Matrix<float>(kRows, 1);
    Csr rows(kInputs);
    Matrix<float> dense(kRows, kInputs);
    NumpyRandom random(3);
    for (std::size_t i = 0; i < kRows; ++i) {
      std::vector<std::int32_t> col_idx;
      for (std::size_t k = 0; k < kInputs; ++k) {
        if (random.interval(9) != 0) continue;
        col_idx.push_back(static_cast<std::int32_t>(k));
        dense(i, k) = 1.0f;
      }
      samples.targets(i, 0) = col_idx.size() % 2 == 0 ? 1.0f : 0.0f;
      rows.push_row(col_idx);
    }
    if (sparse) {
      samples.multi_hot = rows;
    } else {
      samples.dense = dense;
    }
  }
  History run(const Arithmetic& arithmetic) {
    Selection all{&samples, std::vector<std::int32_t>(samples.rows())};
    std::iota(all.rows.begin(), all.rows.end(), 0);
    Network network = build(layers, samples.inputs(), {}, std::vector<std::uint32_t>{1, 2, 3}, {});
    NumpyRandom numpy(7);
    return fit(network, {4, 32, true, all, all}, numpy, arithmetic);
  }
};

// The zeros of a dense row add nothing to a sum.
TEST(Fit, IsTheSameOnMultiHotAndDenseRows) {
  EXPECT_EQ(Problem(true).run(kPinned), Problem(false).run(kPinned));
}

TEST(Fit, DiffersFromOtherSummationsOnlyByRounding) {
  const History pinned = Problem(true).run(kPinned);
  for (const Arithmetic& arithmetic : kVariants) {
    const History other = Problem(true).run(arithmetic);
    for (const auto& [quantity, values] : pinned) {
      for (std::size_t e = 0; e < values.size(); ++e) {
        EXPECT_NEAR(values[e], other.at(quantity)[e], 1e-4) << arithmetic.name << ' ' << quantity;
      }
    }
  }
}

// Formats the values without rounding.
std::string in_hex(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += fmt::format("{}{:a}", text.empty() ? "" : " ", value);
  return text;
}

// If any of these digits changes, every replay changes.
TEST(Fit, GivesItsPinnedDigits) {
  const History history = Problem(true).run(kPinned);
  EXPECT_EQ(in_hex(history.at("loss")),
            "0x1.7b21cd62fc963p-1 0x1.73033ff92c5f9p-1 "
            "0x1.784dd26666666p-1 0x1.6eb71d47ae148p-1");
  EXPECT_EQ(in_hex(history.at("val_loss")),
            "0x1.6ea148aaaaaabp-1 0x1.6c5e684444444p-1 "
            "0x1.6acadef5c28f6p-1 0x1.6942dcccccccdp-1");
}

// Each training batch reserves 256 blocks per element, an evaluation none.
TEST(Dropout, CountsItsBlocks) {
  Problem problem(true);
  Selection all{&problem.samples, std::vector<std::int32_t>(problem.samples.rows())};
  std::iota(all.rows.begin(), all.rows.end(), 0);
  Network network =
      build(problem.layers, problem.samples.inputs(), {}, std::vector<std::uint32_t>{1, 2, 3}, {});
  NumpyRandom numpy(7);
  fit(network, {2, 32, true, all, all}, numpy, kPinned);
  evaluate(network, all, kEvaluateBatch, kPinned);
  EXPECT_EQ(std::get<DropoutState>(network.layers[1]).block, 256u * 2 * 150 * 20);
}

TEST(SkipShuffles, MovesTheStreamAsShufflesDo) {
  NumpyRandom a(113), b(113);
  std::vector<int> values(1000);
  for (int k = 0; k < 3; ++k) a.shuffle(std::span(values));
  skip_shuffles(b, 3, 1000);
  EXPECT_EQ(a.interval(9999999), b.interval(9999999));
}

}  // namespace
}  // namespace reprise::replay
