// The split into training and test set, and the folds of the book.
#include "reprise/data/split.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/thrown.hpp"

namespace reprise {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::line_of;

// int(n * (1 - s)) in CPython
TEST(TrainCount, RoundsAsPythonDoes) {
  EXPECT_EQ(train_count(11228, 0.2), 8982u);
  EXPECT_EQ(train_count(506, 0.2), 404u);
  EXPECT_EQ(train_count(10, 0.9), 0u);  // 1 - .9 is .09999999999999998
  EXPECT_EQ(train_count(10, 0.7), 3u);
  EXPECT_EQ(train_count(7, 0.0), 7u);
  EXPECT_EQ(train_count(0, 0.5), 0u);
}

Matrix<double> numbered(std::size_t rows, std::size_t cols) {
  Matrix<double> x(rows, cols);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) x(i, j) = static_cast<double>(10 * i + j);
  }
  return x;
}

TEST(Folds, AreThoseOfTheListing) {
  const Matrix<double> x = numbered(7, 2), y = numbered(7, 1);
  const Fold second = make_fold(x, y, 1, 3);  // 7 // 3 is 2: rows 2 and 3 are validation data
  EXPECT_THAT(second.val_x.flat(), ElementsAre(20, 21, 30, 31));
  EXPECT_THAT(second.val_y.flat(), ElementsAre(20, 30));
  EXPECT_THAT(second.partial_train_x.view().flat(),
              ElementsAre(0, 1, 10, 11, 40, 41, 50, 51, 60, 61));
  EXPECT_THAT(second.partial_train_y.view().flat(), ElementsAre(0, 10, 40, 50, 60));
  // the remaining row is never validation data
  const Fold last = make_fold(x, y, 2, 3);
  EXPECT_THAT(last.val_y.flat(), ElementsAre(40, 50));
  EXPECT_THAT(last.partial_train_y.view().flat(), ElementsAre(0, 10, 20, 30, 60));
  EXPECT_THAT(make_fold(x, y, 0, 7).partial_train_y.view().flat(),
              ElementsAre(10, 20, 30, 40, 50, 60));
}

TEST(Folds, RejectOtherNumbers) {
  const Matrix<double> x = numbered(7, 2), y = numbered(7, 1);
  const std::pair<std::size_t, std::size_t> wrong[] = {{0, 0}, {0, 1}, {0, 8}, {3, 3}};
  for (const auto& [i, k] : wrong) {
    EXPECT_THAT(line_of([&, i = i, k = k] { make_fold(x, y, i, k); }),
                HasSubstr("of 7 samples, expected 2 to 7 folds"));
  }
  EXPECT_THAT(line_of([&] { make_fold(x, numbered(6, 1), 0, 2); }),
              HasSubstr("x has 7 rows, y has 6"));
}

}  // namespace
}  // namespace reprise
