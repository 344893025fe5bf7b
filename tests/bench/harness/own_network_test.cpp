// Layers and networks that are described on the command line.
#include "bench/harness/own_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "bench/harness/samples.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"

namespace reprise::bench {
namespace {

using ::testing::HasSubstr;

void expect_refusal(const OwnFlags& flags, const std::string& text,
                    ExitCode code = ExitCode::usage) {
  try {
    own_cases(flags);
    ADD_FAILURE() << "accepted, expected " << text;
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(text));
    EXPECT_EQ(error.exit_code(), code);
  }
}

TEST(OwnNetwork, HasALayerForEachSizeButTheFirst) {
  const OwnCases own = own_cases({.network = "784-512-10", .batch = 64});
  const auto layers = own.layers();
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[0].name, "network_1");
  EXPECT_EQ(layers[0].batch, 64u);
  EXPECT_EQ(layers[0].inputs, 784u);
  EXPECT_EQ(layers[0].units, 512u);
  EXPECT_EQ(name_of(layers[0].activation), "relu");
  EXPECT_TRUE(layers[0].first());
  EXPECT_FALSE(layers[0].sparse());
  EXPECT_EQ(layers[1].inputs, 512u);
  EXPECT_EQ(layers[1].units, 10u);
  EXPECT_EQ(name_of(layers[1].activation), "softmax");
  EXPECT_FALSE(layers[1].first());
  EXPECT_EQ(own.network->rows(), 16u * 64u);
}

TEST(OwnNetwork, CanBeSparseAndHaveOneOutput) {
  const OwnCases own = own_cases({.network = "10000-16-1", .batch = 512, .sparse = 0.013});
  const auto layers = own.layers();
  EXPECT_TRUE(layers[0].sparse());
  EXPECT_EQ(name_of(layers[1].activation), "sigmoid");
  Options options;
  options.own = own;
  SampleStore store(options);
  EXPECT_EQ(store.kind(Samples::own_sparse), "random");
  const TrainingSet& set = store.training(Samples::own_sparse);
  EXPECT_EQ(set.rows(), own.network->rows());
  EXPECT_EQ(set.sparse_x.rows(), set.rows());
  for (std::size_t i = 0; i < set.rows(); ++i) EXPECT_EQ(set.sparse_x.view().row(i).size(), 130u);
  EXPECT_EQ(set.targets.cols(), 1u);
}

TEST(OwnNetwork, TakesFewerBatchesWhereTheyAreLarge) {
  EXPECT_EQ(own_cases({.network = "100000-1", .batch = 100}).network->rows(), 6u * 100u);
  EXPECT_EQ(own_cases({.network = "1-100000", .batch = 100}).network->rows(), 6u * 100u);
}

TEST(OwnNetwork, MadeSamplesHaveDistinctAscendingOnes) {
  for (const std::size_t ones : {1, 4, 7, 8}) {
    const Csr samples = made_samples(50, 8, ones);
    for (std::size_t i = 0; i < samples.rows(); ++i) {
      const auto row = samples.view().row(i);
      EXPECT_EQ(row.size(), ones);
      EXPECT_TRUE(std::ranges::is_sorted(row));
      EXPECT_EQ(std::ranges::adjacent_find(row), row.end());
      EXPECT_LT(row.back(), 8);
    }
  }
}

TEST(OwnNetwork, ShapesAreHiddenLayers) {
  const OwnCases own = own_cases({.shapes = {"128x784x512", "1x2x3", "128x784x512"}});
  ASSERT_EQ(own.shapes.size(), 2u);  // twice the same is once
  EXPECT_EQ(own.shapes[0].name, "128x784x512");
  EXPECT_EQ(own.shapes[1].batch, 1u);
  EXPECT_EQ(own.shapes[1].inputs, 2u);
  EXPECT_EQ(own.shapes[1].units, 3u);
  EXPECT_FALSE(own.shapes[0].first());
}

TEST(OwnNetwork, RefusesWhatIsNone) {
  for (const char* shape :
       {"0x1x1", "1x1", "1x1x1x1", "", "axbxc", "-1x1x1", "1x1x100000001", "1 x1x1", "1X1X1"}) {
    expect_refusal({.shapes = {shape}}, "expected BATCHxINPUTSxUNITS");
  }
  for (const char* sizes : {"784", "", "-", "784-", "784-0-10", "784x10", "1e3-2"}) {
    expect_refusal({.network = sizes}, "expected the sizes of the input and of each layer");
  }
  expect_refusal({.batch = 2}, "--batch needs --network");
  expect_refusal({.sparse = 0.1}, "--sparse needs --network");
  expect_refusal({.optimizer = Adam{}}, "--optimizer needs --network");
}

TEST(OwnNetwork, RefusesWhatNeedsMoreMemoryThanThereIs) {
  expect_refusal({.shapes = {"100000000x100000000x1"}}, "of memory, found", ExitCode::missing);
  expect_refusal({.network = "10-100000000", .batch = 100000}, "of memory, found",
                 ExitCode::missing);
  expect_refusal({.network = "1000000-1000000-10"}, "--network 1000000-1000000-10: needs about",
                 ExitCode::missing);
}

}  // namespace
}  // namespace reprise::bench
