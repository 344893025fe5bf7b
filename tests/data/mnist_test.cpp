// keras.datasets.mnist against Keras 3.15.1: on the fixture (datasets.json, written by
// fixtures/make_dataset_fixtures.py), and on the real file, where checksums were computed with
// NumPy from the result of load_data in Keras.
#include "reprise/data/mnist.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/keras_cases.hpp"
#include "tests/data/thrown.hpp"

namespace reprise {
namespace {

using nlohmann::json;
using testing::crc_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Mnist, LoadDataEqualsKeras) {
  const json wanted = testing::fixture_json("datasets.json")["mnist"];
  const auto& [train, test] =
      mnist::load_data(unverified_source(testing::fixture("mnist_small.npz")));
  ASSERT_EQ(train.images.rows(), 3u);
  ASSERT_EQ(test.images.rows(), 2u);
  EXPECT_EQ(train.images.cols(), 784u);
  EXPECT_EQ(json(train.labels), wanted["y_train"]);
  EXPECT_EQ(json(test.labels), wanted["y_test"]);
  EXPECT_EQ(json(crc_of(train.images.view().flat())), wanted["x_train"]);
  // two images with all grey values, hence every quotient v / 255 in float32
  EXPECT_EQ(json(crc_of(mnist::scaled(test.images).view().flat())), wanted["pixels"]);
}

TEST(Mnist, RejectsOtherFiles) {
  EXPECT_THAT(testing::line_of([] {
                mnist::load_data(unverified_source(testing::fixture("imdb_p4_deflated.npz")));
              }),
              HasSubstr("imdb_p4_deflated.npz: x_train.npy: found dtype '|O'"));
}

TEST(MnistRealData, EqualsKeras) {
  REPRISE_NEEDS("mnist.npz");
  const auto& [train, test] = testing::real_mnist();
  ASSERT_EQ(train.images.rows(), 60000u);
  ASSERT_EQ(test.images.rows(), 10000u);
  EXPECT_THAT(std::span(train.labels).first(5), ElementsAre(5, 0, 4, 1, 9));
  EXPECT_THAT(std::span(test.labels).first(5), ElementsAre(7, 2, 1, 0, 4));
  const auto label_crc = [](const std::vector<std::int64_t>& labels) {
    return crc_of(std::vector<std::uint8_t>(labels.begin(), labels.end()));
  };
  EXPECT_EQ(crc_of(train.images.view().flat()), "f3639b56");
  EXPECT_EQ(label_crc(train.labels), "ba07e8ef");
  EXPECT_EQ(crc_of(test.images.view().flat()), "e4ca5f57");
  EXPECT_EQ(label_crc(test.labels), "ee8604d9");
  EXPECT_EQ(crc_of(mnist::scaled(train.images).view().flat()), "b1819de7");
}

}  // namespace
}  // namespace reprise
