// Stand-in data: the same bytes everywhere, and as much like the real sets as it has to be. The
// real figures below are those that `standin_table` measures on Keras's files.
#include <gtest/gtest.h>

#include "reprise/data/checksum.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/standin.hpp"
#include "reprise/data/vectorize.hpp"
#include "tests/support/standin_figures.hpp"

namespace reprise {
namespace {

DataSource standin_source(const std::string& name) {
  return {.name = name, .origin = Origin::standin};
}

struct RealFigures {
  double ones, distinct, top_256, top_1024;
};

void expect_like(const CsrView& x, const RealFigures& real) {
  const testing::DataFigures made = testing::text_figures(x);
  const auto expect = [&](const char* name, double wanted) {
    EXPECT_NEAR(testing::figure(made, name), wanted, 0.05 * wanted) << name;
  };
  expect("ones a row", real.ones);
  expect("distinct words a batch of 512", real.distinct);
  expect("share of the 256 most frequent words", real.top_256);
  expect("share of the 1,024 most frequent words", real.top_1024);
}

TEST(Standin, ReviewsAreLikeTheRealOnesAndAsHardToLearn) {
  const auto data = imdb::load_data(standin_source("imdb.npz"), {.num_words = 10000});
  ASSERT_EQ(data.train.labels.size(), 25000u);
  ASSERT_EQ(data.test.labels.size(), 25000u);
  const Csr x = multi_hot(data.train.sequences, 10000);
  expect_like(x.slice(10000, 25000), {131.7, 7539, 0.495, 0.723});
  // the book: val_loss lowest in epoch 3 to 5, val_accuracy .89, test accuracy .88 (spread.json)
  const auto learned = testing::learn_imdb(data, 42);
  EXPECT_GE(testing::figure(learned, "its epoch"), 3);
  EXPECT_LE(testing::figure(learned, "its epoch"), 6);
  EXPECT_NEAR(testing::figure(learned, "highest val_accuracy"), 0.888, 0.02);
  EXPECT_NEAR(testing::figure(learned, "test accuracy after 4 epochs"), 0.884, 0.02);
}

TEST(Standin, NewswiresAreLikeTheRealOnesAndAsHardToLearn) {
  const auto data = reuters::load_data(standin_source("reuters.npz"), {.num_words = 10000});
  ASSERT_EQ(data.train.labels.size(), 8982u);
  ASSERT_EQ(data.test.labels.size(), 2246u);
  const Csr x = multi_hot(data.train.sequences, 10000);
  expect_like(x.slice(1000, 8982), {81.6, 5957, 0.492, 0.739});
  // the book: val_loss lowest about epoch 9, val_accuracy .82, test accuracy .79
  const auto learned = testing::learn_reuters(data, 42);
  EXPECT_GE(testing::figure(learned, "its epoch"), 7);
  EXPECT_LE(testing::figure(learned, "its epoch"), 12);
  EXPECT_NEAR(testing::figure(learned, "highest val_accuracy"), 0.82, 0.03);
}

TEST(Standin, SameSeedSameBytes) {
  const auto bytes = [](std::uint32_t seed) {
    const auto digits = standin::mnist(seed);
    const auto houses = standin::boston_housing(seed);
    return std::pair{crc32(std::as_bytes(digits.train.images.view().flat())),
                     crc32(std::as_bytes(houses.x.view().flat()))};
  };
  const auto first = bytes(1), second = bytes(2);
  EXPECT_EQ(first, bytes(1));
  EXPECT_NE(first.first, second.first);
  EXPECT_NE(first.second, second.second);
}

TEST(Standin, PicturesAndHousesHaveTheShapesOfTheRealOnes) {
  const auto digits = standin::mnist();
  EXPECT_EQ(digits.train.images.rows(), 60000u);
  EXPECT_EQ(digits.test.images.rows(), 10000u);
  EXPECT_EQ(digits.train.images.cols(), 784u);
  // 19.1 % of the real pixels are not paper; ours are a little fatter
  EXPECT_NEAR(testing::pixel_figures(digits).front().value, 0.191, 0.03);
  const auto houses = standin::boston_housing();
  EXPECT_EQ(houses.x.rows(), 506u);
  EXPECT_EQ(houses.x.cols(), 13u);
  EXPECT_EQ(houses.y.rows(), 506u);
}

}  // namespace
}  // namespace reprise
