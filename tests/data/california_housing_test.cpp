// keras.datasets.california_housing on its stand-in, and on the real file where it is.
#include "reprise/data/california_housing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "reprise/data/cache.hpp"
#include "reprise/data/normalize.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/real_data.hpp"

namespace reprise {
namespace {

using california_housing::load_data;
using california_housing::Version;
using ::testing::HasSubstr;
using testing::line_of;

DataSource standin() { return KerasCache({.standin = true}).find("california_housing.npz"); }

TEST(CaliforniaHousing, SmallHas600DistrictsAndLargeAll) {
  const auto small = load_data(standin(), {.version = Version::small});
  EXPECT_EQ(small.train.x.rows(), 480u);
  EXPECT_EQ(small.test.x.rows(), 120u);
  EXPECT_EQ(small.train.x.cols(), california_housing::kFeatures);
  const auto large = load_data(standin());
  EXPECT_EQ(large.train.y.rows(), 16512u);
  EXPECT_EQ(large.test.y.rows(), 4128u);
}

TEST(CaliforniaHousing, SeedsAndSplitsMoveTheSameDistricts) {
  const auto prices = [](const california_housing::Dataset& data) {
    std::multiset<float> all;
    for (const auto* part : {&data.train.y, &data.test.y}) {
      for (const float price : part->view().flat()) all.insert(price);
    }
    return all;
  };
  const auto book = load_data(standin(), {.version = Version::small});
  const auto other =
      load_data(standin(), {.version = Version::small, .test_split = 0.5, .seed = 7});
  EXPECT_EQ(other.train.y.rows(), 300u);
  EXPECT_EQ(prices(book), prices(other));
  EXPECT_NE(book.train.y(0, 0), other.train.y(0, 0));
  EXPECT_THAT(line_of([] { load_data(standin(), {.test_split = 1.0}); }), HasSubstr("test_split"));
}

TEST(CaliforniaHousing, IsStandardisedInFloat32) {
  auto train = load_data(standin(), {.version = Version::small}).train;
  const NormalizationF32 scale = measure_at_once(train.x.view());
  scale.apply(train.x.view());
  for (std::size_t j = 0; j < train.x.cols(); ++j) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < train.x.rows(); ++i) {
      sum += train.x(i, j);
      squares += train.x(i, j) * train.x(i, j);
    }
    EXPECT_NEAR(sum / 480, 0, 1e-4) << j;  // float32 rounds longitudes near -120
    EXPECT_NEAR(squares / 480, 1, 1e-4) << j;
  }
}

// As public notebooks print them (../docs/editions.md names the edition).
TEST(CaliforniaHousing, RealPricesAreInKerassOrder) {
  REPRISE_NEEDS("california_housing.npz");
  const auto small =
      load_data(KerasCache().find("california_housing.npz"), {.version = Version::small});
  const float first[] = {228400, 132900, 60000, 95200}, last[] = {336700, 140500, 217100};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(small.train.y(i, 0), first[i]);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(small.train.y(477 + i, 0), last[i]);
}

}  // namespace
}  // namespace reprise
