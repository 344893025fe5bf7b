// The finder of partings: that it finds one where there must be one, and says nothing in float64.
#include "reprise/nn/parting.hpp"

#include <gtest/gtest.h>

#include "reprise/core/error.hpp"
#include "reprise/nn/sequential.hpp"
#include "support/small_data.hpp"

namespace reprise {
namespace {

// Sample 3 of x enters the one ReLU as a - a + t: ascending sums give t, and descending ones 0,
// because t is lost beside a in float32.
std::optional<Parting> parting_of_a_cancellation(Dtype dtype) {
  Process keras({.seed = 1, .floatx = dtype, .backend = "reference"});
  PartingFinder finder(keras);
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
  return finder.parting();
}

TEST(PartingFinder, FindsTheInputThatRoundingMoves) {
  const auto parting = parting_of_a_cancellation(Dtype::float32);
  ASSERT_TRUE(parting.has_value());
  EXPECT_EQ(parting->epoch, 1);
  EXPECT_EQ(parting->step, 1u);
  EXPECT_EQ(parting->layer, 1u);
  EXPECT_EQ(parting->unit, 0u);
  EXPECT_EQ(parting->sample, 3);
  EXPECT_NEAR(parting->input, 1e-12, 1e-18);
  EXPECT_EQ(parting->other_input, 0.0);
}

TEST(PartingFinder, FindsNoneWhereNothingIsLost) {
  EXPECT_FALSE(parting_of_a_cancellation(Dtype::float64).has_value());
}

TEST(PartingFinder, NeedsTheReference) {
  const Process keras({.backend = "openmp"});
  EXPECT_THROW(PartingFinder finder(keras), Error);
}

}  // namespace
}  // namespace reprise
