// Compares the reference with itself: sparse with dense inputs, ascending with descending sums.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "reprise/kernels/reference/backend.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using testing::random_csr;
using testing::random_matrix;

// Tolerance: the error of a sum of n products of values below 1 is at most n epsilon sum |terms|.
TEST(ReferenceBackend, SparseEqualsDenseOfTheSameOnes) {
  ReferenceBackend<float> reference;
  const Csr csr = random_csr(9, 100, 0.3, 1);
  const std::vector<std::int32_t> rows{3, 1, 8};
  Matrix<float> x(3, 100);
  for (std::size_t i = 0; i < 3; ++i) {
    for (const auto column : csr.view().row(static_cast<std::size_t>(rows[i]))) {
      x(i, static_cast<std::size_t>(column)) = 1.0f;
    }
  }
  const auto kernel = random_matrix(100, 5, 2), bias = random_matrix(1, 5, 3);
  const auto dz = random_matrix(3, 5, 4);
  constexpr float kTolerance = 100 * 100 * std::numeric_limits<float>::epsilon();
  Matrix<float> z(3, 5), wanted(3, 5);
  reference.csr_forward({csr, rows}, kernel, bias.view().flat(), z.view());
  reference.dense_forward(x, kernel, bias.view().flat(), wanted.view());
  EXPECT_THAT(z.view().flat(),
              ::testing::Pointwise(::testing::FloatNear(kTolerance), wanted.view().flat()));
  Matrix<float> dkernel(100, 5), wanted_dkernel(100, 5), db(1, 5), wanted_db(1, 5);
  reference.csr_backward_weights({csr, rows}, dz, dkernel.view(), db.view().flat());
  reference.dense_backward_weights(x, dz, wanted_dkernel.view(), wanted_db.view().flat());
  EXPECT_THAT(dkernel.view().flat(),
              ::testing::Pointwise(::testing::FloatNear(kTolerance), wanted_dkernel.view().flat()));
  EXPECT_TRUE(std::ranges::equal(db.view().flat(), wanted_db.view().flat()));
}

TEST(ReferenceBackend, DescendingSumsDifferOnlyByRounding) {
  const auto x = random_matrix(4, 300, 1), kernel = random_matrix(300, 8, 2);
  const auto bias = random_matrix(1, 8, 3);
  Matrix<float> up(4, 8), down(4, 8);
  ReferenceBackend<float>(Summation::ascending)
      .dense_forward(x, kernel, bias.view().flat(), up.view());
  ReferenceBackend<float>(Summation::descending)
      .dense_forward(x, kernel, bias.view().flat(), down.view());
  EXPECT_THAT(up.view().flat(),
              ::testing::Pointwise(::testing::FloatNear(1e-3f), down.view().flat()));
  EXPECT_FALSE(std::ranges::equal(up.view().flat(), down.view().flat()));
}

}  // namespace
}  // namespace reprise
