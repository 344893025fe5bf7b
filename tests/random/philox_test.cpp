// The generator of TensorFlow 1. The expected blocks are the known answers of Random123
// (kat_vectors, philox4x32 10).
#include "reprise/random/philox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace reprise {
namespace {

using ::testing::ElementsAre;

TEST(Philox, GivesThePublishedBlocks) {
  EXPECT_THAT(philox4x32({0, 0}, {0, 0, 0, 0}),
              ElementsAre(0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u));
  EXPECT_THAT(philox4x32({~0u, ~0u}, {~0u, ~0u, ~0u, ~0u}),
              ElementsAre(0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu));
  EXPECT_THAT(
      philox4x32({0xa4093822u, 0x299f31d0u}, {0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}),
      ElementsAre(0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u));
}

TEST(TensorflowUnit, UsesTheLowBitsOfTheBlocksInOrder) {
  std::vector<float> u(10);
  tensorflow_unit(4047477, 0, {}, u);
  for (std::size_t i = 0; i < u.size(); ++i) {
    const auto outputs =
        philox4x32({87654321, 0}, {static_cast<std::uint32_t>(i / 4), 0, 4047477, 0});
    EXPECT_EQ(u[i], std::ldexp(static_cast<float>(outputs[i % 4] & 0x7fffffu), -23)) << i;
  }
}

TEST(TensorflowUnit, CountsBeyondThirtyTwoBits) {
  std::vector<float> u(8);
  tensorflow_unit(7, 0xffffffffu, {}, u);
  const auto outputs = philox4x32({87654321, 0}, {0, 1, 7, 0});
  EXPECT_EQ(u[4], std::ldexp(static_cast<float>(outputs[0] & 0x7fffffu), -23));
}

TEST(TensorflowUniform, HasTwoRoundings) {
  std::vector<float> weights(4096), u(4096);
  tensorflow_unit(1, 0, {}, u);
  tensorflow_uniform(1, -0.3, 0.3, {}, weights);
  const float low = -0.3f, span = 0.6f;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const float product = u[i] * span;
    EXPECT_EQ(weights[i], product + low);
  }
}

// Four threads: pass 0 writes groups 0 to 3 from blocks 0 to 3, pass 1 groups 3 to 6 from blocks 4
// to 7, pass 2 groups 6 to 9 from blocks 8 to 11; 3 and 6 are written twice.
TEST(PhiloxFill, ReproducesTheRaceOnTheGpu) {
  PhiloxFill fill{4, {false, true}};
  std::vector<std::uint64_t> blocks;
  for (std::uint64_t group = 0; group < 9; ++group) blocks.push_back(fill.block(group));
  EXPECT_THAT(blocks, ElementsAre(0, 1, 2, 3, 5, 6, 8, 9, 10));
  fill.outcomes = {true, false};
  EXPECT_EQ(fill.block(3), 4u);
  EXPECT_EQ(fill.block(6), 7u);
}

// The GPU of the book's author and the first kernels of the book.
TEST(PhiloxFill, CountsTheRaces) {
  const PhiloxFill gpu{26624, {}};
  EXPECT_EQ(gpu.races(10000 * 16), 1u);
  EXPECT_EQ(gpu.races(10000 * 64), 6u);
  EXPECT_EQ(gpu.races(10000 * 4), 0u);
  EXPECT_EQ(gpu.races(512 * 512), 2u);
  EXPECT_EQ(PhiloxFill{}.races(10000 * 64), 0u);
}

TEST(PhiloxFill, IsSequentialWithoutThreads) {
  for (const std::uint64_t group : {0, 1, 26623, 53246}) {
    EXPECT_EQ(PhiloxFill{}.block(group), group);
  }
}

}  // namespace
}  // namespace reprise
