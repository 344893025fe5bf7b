// The rows of a sparse batch as a CSR matrix of its own.
#include "reprise/kernels/gathered_csr.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise {
namespace {

using ::testing::ElementsAre;

TEST(GatheredCsr, HasTheRowsInTheOrderOfTheBatch) {
  Csr matrix(9);
  matrix.push_row(std::vector<std::int32_t>{0, 8});
  matrix.push_row(std::vector<std::int32_t>{});
  matrix.push_row(std::vector<std::int32_t>{3});
  const std::vector<std::int32_t> rows{2, 0, 1, 0};
  GatheredCsr<double> gathered;
  EXPECT_EQ(gathered.rows(), 0);
  gathered.gather({matrix, rows});
  EXPECT_EQ(gathered.rows(), 4);
  EXPECT_THAT(gathered.row_ptr(), ElementsAre(0, 1, 3, 3, 5));
  EXPECT_THAT(gathered.col_idx(), ElementsAre(3, 0, 8, 0, 8));
  EXPECT_THAT(gathered.ones(), ElementsAre(1, 1, 1, 1, 1));
  gathered.gather({matrix, std::span(rows).first(1)});  // a smaller one afterwards
  EXPECT_THAT(gathered.row_ptr(), ElementsAre(0, 1));
  EXPECT_THAT(gathered.col_idx(), ElementsAre(3));
  EXPECT_GE(gathered.ones().size(), 1u);
}

TEST(GatheredCsr, TransposesAMatrix) {
  Csr matrix(4);
  matrix.push_row(std::vector<std::int32_t>{0, 3});
  matrix.push_row(std::vector<std::int32_t>{});
  matrix.push_row(std::vector<std::int32_t>{1, 3});
  const std::vector<std::int32_t> rows{0, 1, 2};
  GatheredCsr<float> gathered, transposed;
  gathered.gather({matrix, rows});
  transposed.transpose(gathered, 4);
  EXPECT_EQ(transposed.rows(), 4);
  EXPECT_THAT(transposed.row_ptr(), ElementsAre(0, 1, 2, 2, 4));
  EXPECT_THAT(transposed.col_idx(), ElementsAre(0, 2, 0, 2));
  EXPECT_GE(transposed.ones().size(), 4u);
}

// The offsets of a slice do not begin with 0.
TEST(GatheredCsr, TakesSlices) {
  Csr matrix(4);
  matrix.push_row(std::vector<std::int32_t>{0, 1, 2});
  matrix.push_row(std::vector<std::int32_t>{3});
  const std::vector<std::int32_t> rows{0};
  GatheredCsr<float> gathered;
  gathered.gather({matrix.slice(1, 2), rows});
  EXPECT_THAT(gathered.row_ptr(), ElementsAre(0, 1));
  EXPECT_THAT(gathered.col_idx(), ElementsAre(3));
}

}  // namespace
}  // namespace reprise
