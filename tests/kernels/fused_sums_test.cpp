// Sums with one rounding per product on every instruction set (add_fused in openmp/isa/vector.hpp).
// Without the instruction they are computed in double, where a sum may be rounded twice.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"
#include "reprise/kernels/reference/backend.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using Limits = std::numeric_limits<float>;

// Numbers of which many triples have a b + c near a point half-way between two floats or at the
// ends of the range, denormal numbers and the special values.
std::vector<float> hard_numbers() {
  std::vector<float> all{0.0f, Limits::infinity(), Limits::quiet_NaN(), Limits::max(), 3.0f};
  const float one_more = 1.0f + 0x1p-23f, one_less = 1.0f - 0x1p-24f;
  for (const float mantissa : {1.0f, one_more, one_less, 1.0f - 0x1p-23f, 1.5f}) {
    for (const int exponent : {0, -11, -12, -13, -24, -63, -74, -75, -76, -126, -149, 63, 64}) {
      all.push_back(std::ldexp(mantissa, exponent));
    }
  }
  const std::size_t positive = all.size();
  for (std::size_t i = 0; i < positive; ++i) all.push_back(-all[i]);
  return all;
}

// Numbers near 1 / 4096 with few bits: their products are near half a unit of the last place of 1.
float near_half(std::size_t i) {
  const float offset = static_cast<float>(static_cast<int>(i % 9) - 4) * 0x1p-23f;
  return (1.0f + offset) * (i % 2 == 0 ? 0x1p-12f : -0x1p-12f);
}

// Computes c 1 + a b for every (c, a) and every b, on the backend and on the reference. Returns how
// many results differ.
std::size_t different_sums(std::string_view isa, const std::vector<float>& pairs,
                           const std::vector<float>& factors) {
  Team team(1);
  const auto backend = make_backend<float>("openmp", team, {.isa = isa});
  ReferenceBackend<float> reference;
  Matrix<float> kernel(2, factors.size());
  for (std::size_t j = 0; j < factors.size(); ++j) {
    kernel(0, j) = 1.0f;
    kernel(1, j) = factors[j];
  }
  const std::size_t rows = pairs.size() / 2;
  const MatrixView<const float> x{pairs.data(), rows, 2};
  Matrix<float> got(rows, factors.size()), wanted(rows, factors.size());
  backend->dense_forward(x, kernel, {}, got.view());
  reference.dense_forward(x, kernel, {}, wanted.view());
  std::size_t different = 0;
  for (std::size_t i = 0; i < got.view().flat().size(); ++i) {
    const float a = got.view().data[i], b = wanted.view().data[i];
    const bool both_nan = std::isnan(a) && std::isnan(b);
    different += !both_nan && std::bit_cast<std::uint32_t>(a) != std::bit_cast<std::uint32_t>(b);
  }
  return different;
}

std::size_t different_sums(std::string_view isa) {
  const std::vector<float> numbers = hard_numbers();
  std::vector<float> pairs, near, halves;
  for (const float c : numbers) {
    for (const float a : numbers) pairs.insert(pairs.end(), {c, a});
  }
  const auto starts = testing::random_matrix<float>(1, 4000, 1, 1.0f, 4.0f);
  for (std::size_t i = 0; i < 4000; ++i) {
    near.insert(near.end(), {starts(0, i), near_half(i)});
  }
  for (std::size_t i = 0; i < 18; ++i) halves.push_back(near_half(i));
  const auto random = testing::random_matrix<float>(1, 1 << 18, 2);
  const auto factors = testing::random_matrix<float>(1, 33, 3);
  const auto vector = [](const Matrix<float>& m) {
    return std::vector<float>(m.view().flat().begin(), m.view().flat().end());
  };
  return different_sums(isa, pairs, numbers) + different_sums(isa, near, halves) +
         different_sums(isa, vector(random), vector(factors));
}

TEST(FusedMultiplyAdd, RoundsOnceOnEveryInstructionSet) {
  const FlushDenormals flush;  // as plans do
  for (const IsaInfo& isa : isas()) {
    if (isa.available) {
      EXPECT_EQ(different_sums(isa.name), 0u) << isa.name;
    }
  }
}

}  // namespace
}  // namespace reprise
