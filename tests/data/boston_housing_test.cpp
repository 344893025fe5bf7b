// keras.datasets.boston_housing and the normalization of the book, bit for bit against Keras 3.15.1
// and NumPy 2.4.6 (datasets.json, written by fixtures/make_dataset_fixtures.py).
#include "reprise/data/boston_housing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "reprise/data/cache.hpp"
#include "reprise/data/normalize.hpp"
#include "tests/data/keras_cases.hpp"
#include "tests/data/thrown.hpp"

namespace reprise {
namespace {

using nlohmann::json;
using testing::crc_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::line_of;

// load_data and listing 3.25 against the results of NumPy; the doubles must be equal.
void expect_case(const DataSource& source, const json& wanted) {
  SCOPED_TRACE(wanted["options"].dump());
  boston_housing::LoadOptions options;
  options.test_split = wanted["options"].value("test_split", options.test_split);
  options.seed = wanted["options"].value("seed", options.seed);
  auto [train, test] = boston_housing::load_data(source, options);
  EXPECT_EQ(json({train.x.rows(), test.x.rows()}), wanted["rows"]);
  EXPECT_EQ(json({crc_of(train.x.view().flat()), crc_of(train.y.view().flat()),
                  crc_of(test.x.view().flat()), crc_of(test.y.view().flat())}),
            wanted["raw"]);
  EXPECT_EQ(json(column_stds(train.x)), wanted["std_before"]);
  const Normalization scale = measure(train.x);
  EXPECT_EQ(json(scale.mean), wanted["mean"]);
  EXPECT_EQ(json(scale.std), wanted["std"]);
  scale.apply(train.x.view());
  scale.apply(test.x.view());
  EXPECT_EQ(json({crc_of(train.x.view().flat()), crc_of(test.x.view().flat())}),
            wanted["normalized"]);
}

TEST(BostonHousing, EqualsKerasAndNumPy) {
  const json cases = testing::fixture_json("datasets.json")["boston"];
  ASSERT_EQ(cases.size(), 3u);
  for (const json& wanted : cases) {
    expect_case(unverified_source(testing::fixture("boston_small.npz")), wanted);
  }
}

TEST(BostonHousing, RejectsOtherArraysAndSplits) {
  const auto source = unverified_source(testing::fixture("boston_small.npz"));
  for (const double split : {-0.01, 1.0, 7.0}) {
    EXPECT_THAT(line_of([&] { boston_housing::load_data(source, {.test_split = split}); }),
                HasSubstr("test_split: found"));
  }
  const auto other = unverified_source(testing::fixture("reuters_small.npz"));
  EXPECT_THAT(line_of([&] { boston_housing::load_data(other); }),
              HasSubstr("reuters_small.npz: x.npy: found dtype '|O'"));
}

TEST(BostonRealData, EqualsKerasAndNumPy) {
  REPRISE_NEEDS("boston_housing.npz");
  const DataSource source = KerasCache().find("boston_housing.npz");
  expect_case(source, testing::fixture_json("datasets.json")["boston_real"][0]);
  const auto& [train, test] = boston_housing::load_data(source);
  EXPECT_THAT(train.x.view().row(0).first(3), ElementsAre(1.23247, 0, 8.14));
  EXPECT_EQ(train.y(0, 0), 15.2);
  EXPECT_THAT(test.y.view().flat().first(4), ElementsAre(7.2, 18.8, 19.0, 27.0));
}

TEST(Normalization, OfAConstantColumnIsNaNAsInNumPy) {
  Matrix<double> x(2, 2);
  x(0, 0) = 1;
  x(1, 0) = 3;
  x(0, 1) = x(1, 1) = 5;
  const Normalization scale = measure(x);
  scale.apply(x.view());
  EXPECT_EQ(x(0, 0), -1);
  EXPECT_EQ(x(1, 0), 1);
  EXPECT_TRUE(std::isnan(x(0, 1)));
  Matrix<double> three(1, 3);
  EXPECT_THAT(line_of([&] { scale.apply(three.view()); }),
              HasSubstr("found 3 columns, expected 2"));
}

}  // namespace
}  // namespace reprise
