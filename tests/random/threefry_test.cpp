// The generator of JAX and the initial kernels that it gives. Expected values: published blocks and
// uniforms (known answers of Random123, jax tests/random_test.py, jax docs/jep/9263-typed-keys.md),
// kernels as initialized by Keras 3.15.1 on JAX 0.10.2 on a CPU with FMA.
#include "reprise/random/threefry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "reprise/core/matrix.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/nn/initializers.hpp"

namespace reprise {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

template <class T>
void glorot_uniform(std::uint32_t seed, Matrix<T>& kernel) {
  initialize(GlorotUniform{{seed}}, {kernel.rows(), kernel.cols()}, kernel.view().flat());
}

template <class T>
std::string crc_of(const Matrix<T>& kernel) {
  return crc32_hex(crc32(std::as_bytes(kernel.view().flat())));
}

TEST(Threefry, GivesThePublishedBlocks) {
  EXPECT_THAT(threefry2x32({0, 0}, 0), ElementsAre(0x6b200159u, 0x99ba4efeu));
  EXPECT_THAT(threefry2x32({~0u, ~0u}, ~0ull), ElementsAre(0x1cb996fcu, 0xbb002be7u));
  EXPECT_THAT(threefry2x32({0x13198a2e, 0x03707344}, 0x243f6a8885a308d3),
              ElementsAre(0xc4923a9cu, 0x483df7a0u));
}

// The old layout of JAX for five 32-bit values: counters 0 1 2 paired with 3 4 0 (padding), the
// first outputs before the second ones. The key is adler32("bitsthreefry2x32").
TEST(Threefry, GivesTheOldLayoutOfJax) {
  std::vector<std::uint32_t> first, second;
  for (const std::uint64_t counter : {0x0'00000003ull, 0x1'00000004ull, 0x2'00000000ull}) {
    const auto [x0, x1] = threefry2x32({0, 942802475}, counter);
    first.push_back(x0);
    second.push_back(x1);
  }
  EXPECT_THAT(first, ElementsAre(1978747883u, 4134381225u, 3628107870u));
  EXPECT_THAT(second, ElementsAre(689687174u, 2788938207u, ::testing::_));
}

TEST(ThreefryUniform, GivesThePublishedNumbersOfJax) {
  std::vector<float> values(3);
  threefry_uniform<float>({0, 0}, -1.0, 1.0, values);
  for (float& value : values) value = (value + 1) / 2;  // exact: from [-1, 1) to [0, 1)
  EXPECT_THAT(values, ElementsAre(0.947667f, 0.9785799f, 0.33229148f));
}

struct Kernel {
  std::uint32_t seed;
  std::size_t rows, cols;
  std::vector<std::uint32_t> head;  // bit patterns of the first weights
  std::string crc;
  std::string crc_of_doubles;          // float64 kernel; empty if not known
  std::string crc_of_rounded_doubles;  // the same rounded to float32, as in results/keras
};

// The layers for seed 42: the three of IMDB, then the two of MNIST.
const std::vector<Kernel> kKernels{
    {686579304,
     10000,
     16,
     {0xbcab1911, 0x3b3ce20a, 0xbc42fecc, 0xbbce48a5, 0xbc23f6be, 0x3cb4a10f},
     "b90ea2c7",
     "96b3b9f9",
     "6580bff7"},
    {119540832,
     16,
     16,
     {0xbeb51e33, 0x3d824650, 0xbe95b964, 0xbd849aca, 0x3e077694, 0xbe0b938f},
     "38dd4b76",
     "8e27b501",
     "0b69edfd"},
    {26855093,
     16,
     1,
     {0x3cb60c77, 0xbeaa4c9d, 0x3de1aae1, 0xbdc071e8, 0x3ed48391, 0x3d7f67e7},
     "01957bb0",
     "80fbe01a",
     "1c95a7da"},
    {686579304, 784, 512, {0xbd6dd377, 0x3c03460c, 0xbd07858e, 0xbc8f5e00}, "93ba8a0f", "", ""},
    {119540832, 512, 10, {0xbdb35fef, 0x3c810552, 0xbd94487a, 0xbc83540e}, "3bff5484", "", ""},
};

TEST(GlorotUniform, EqualsKerasInFloat32) {
  for (const Kernel& wanted : kKernels) {
    Matrix<float> kernel(wanted.rows, wanted.cols);
    glorot_uniform(wanted.seed, kernel);
    std::vector<std::uint32_t> head;
    for (std::size_t i = 0; i < wanted.head.size(); ++i) {
      head.push_back(std::bit_cast<std::uint32_t>(kernel.view().flat()[i]));
    }
    EXPECT_THAT(head, ElementsAreArray(wanted.head));
    EXPECT_EQ(crc_of(kernel), wanted.crc) << wanted.rows << " x " << wanted.cols;
  }
}

TEST(GlorotUniform, EqualsKerasInFloat64) {
  for (const Kernel& wanted : kKernels) {
    if (wanted.crc_of_doubles.empty()) continue;
    Matrix<double> kernel(wanted.rows, wanted.cols);
    glorot_uniform(wanted.seed, kernel);
    Matrix<float> rounded(wanted.rows, wanted.cols);
    std::ranges::transform(kernel.view().flat(), rounded.view().flat().begin(),
                           [](double weight) { return static_cast<float>(weight); });
    EXPECT_EQ(crc_of(kernel), wanted.crc_of_doubles) << wanted.rows << " x " << wanted.cols;
    EXPECT_EQ(crc_of(rounded), wanted.crc_of_rounded_doubles)
        << wanted.rows << " x " << wanted.cols;
  }
}

TEST(Threefry, GivesTheBitsOfKernelsInKeras) {
  const auto bits = [](std::uint32_t seed) {
    std::vector<std::uint32_t> outputs;
    for (std::uint64_t i = 0; i < 4; ++i) {
      const auto [x0, x1] = threefry2x32({seed, 0}, i);
      outputs.push_back(x0 ^ x1);
    }
    return outputs;
  };
  EXPECT_THAT(bits(686579304), ElementsAre(0x12c57c5du, 0x8f12a4a2u, 0x41c1f92bu, 0x5f13c472u));
  EXPECT_THAT(bits(119540832), ElementsAre(0x176e7673u, 0x92cdb41du, 0x298e84b4u, 0x6cdc3583u));
  EXPECT_THAT(bits(26855093), ElementsAre(0x84c9bd0du, 0x3855ff81u, 0x97bdaf2eu, 0x6bc112c7u));
}

// The limit must agree to its last bit: the neighbouring double changes some of the weights.
TEST(GlorotUniform, HasTheLimitsOfKeras) {
  struct Range {
    std::size_t rows, cols;
    double limit;
    std::uint32_t limit_as_float;
  };
  for (const Range& range : {Range{10000, 16, 0.024475324993681408, 0x3cc8807a},
                             Range{16, 16, 0.4330127018922193, 0x3eddb3d7},
                             Range{16, 1, 0.5940885257860046, 0x3f181630}}) {
    Matrix<double> kernel(range.rows, range.cols), same(range.rows, range.cols);
    glorot_uniform(42, kernel);
    threefry_uniform<double>({42, 0}, -range.limit, range.limit, same.view().flat());
    EXPECT_TRUE(std::ranges::equal(kernel.view().flat(), same.view().flat())) << range.rows;
    EXPECT_EQ(std::bit_cast<std::uint32_t>(static_cast<float>(range.limit)), range.limit_as_float);
    for (const double weight : kernel.view().flat()) ASSERT_LT(std::abs(weight), range.limit);
  }
}

// The mask of Dropout(0.5) with layer seed 119540832: 1 if u < 0.5, key (seed, step).
TEST(Threefry, GivesTheDropoutMasksOfKeras) {
  const auto mask = [](std::uint32_t step) {
    std::string bits;
    for (std::uint64_t i = 0; i < 32; ++i) {
      const auto [x0, x1] = threefry2x32({119540832, step}, i);
      bits += ((x0 ^ x1) >> 31) == 0 ? '1' : '0';
    }
    return bits;
  };
  EXPECT_EQ(mask(0), "10110111000000011100100010100010");
  EXPECT_EQ(mask(1), "00001010011011010110101011110111");
}

}  // namespace
}  // namespace reprise
