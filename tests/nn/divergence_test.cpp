// FirstDivergence finds a divergence where there must be one, and none in float64.
#include "reprise/nn/divergence.hpp"

#include <gtest/gtest.h>

#include "reprise/core/error.hpp"
#include "reprise/nn/sequential.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

// Sample 3 of x enters the one ReLU as a - a + t: ascending sums give t, and descending ones 0,
// because t is lost beside a in float32.
std::optional<Divergence> divergence_of_a_cancellation(Dtype dtype) {
  Runtime keras({.seed = 1, .floatx = dtype, .backend = "reference"});
  FirstDivergence finder(keras);
  keras.watch(finder);
  Sequential model(keras, {Dense{2, relu}, Dense{1, sigmoid}});
  model.compile({.loss = BinaryCrossentropy{}});
  model.build(3);
  auto weights = model.get_weights();
  for (const auto& [k, w] : {std::pair{0, 1.0}, {1, -1.0}, {2, 1.0}}) weights[0](k, 0) = w;
  model.set_weights(weights);
  Matrix<double> x(8, 3);  // the other samples are zero and enter as 0
  x(3, 0) = x(3, 1) = 1;
  x(3, 2) = 1e-12;
  model.fit(x, testing::zeros_and_ones(8, 1, 1), {.epochs = 1, .batch_size = 8});
  return finder.divergence();
}

TEST(FirstDivergence, FindsTheInputThatRoundingMoves) {
  const auto divergence = divergence_of_a_cancellation(Dtype::float32);
  ASSERT_TRUE(divergence.has_value());
  EXPECT_EQ(divergence->epoch, 1);
  EXPECT_EQ(divergence->step, 1u);
  EXPECT_EQ(divergence->layer, 1u);
  EXPECT_EQ(divergence->unit, 0u);
  EXPECT_EQ(divergence->sample, 3);
  EXPECT_NEAR(divergence->input, 1e-12, 1e-18);
  EXPECT_EQ(divergence->other_input, 0.0);
}

TEST(FirstDivergence, FindsNoneWhereNothingIsLost) {
  EXPECT_FALSE(divergence_of_a_cancellation(Dtype::float64).has_value());
}

TEST(FirstDivergence, NeedsTheReference) {
  const Runtime keras({.backend = "openmp"});
  EXPECT_THROW(FirstDivergence finder(keras), Error);
}

}  // namespace
}  // namespace reprise
