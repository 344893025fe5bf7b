// Stand-in data have the same bytes on every machine and resemble the real sets within the
// tolerances of required_resemblances().
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "reprise/data/boston_housing.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/standin.hpp"
#include "reprise/data/vectorize.hpp"
#include "tests/support/real_data.hpp"
#include "tests/support/standin_quantities.hpp"

namespace reprise {
namespace {

DataSource standin_source(const std::string& name) {
  return {.name = name, .origin = Origin::standin};
}

// Checks the quantities of this data set that the table of tolerances lists.
void expect_resemblance(std::string_view set, const testing::DataQuantities& standin) {
  for (const auto& required : testing::required_resemblances()) {
    if (required.set != set) continue;
    EXPECT_NEAR(testing::value_of(standin, std::string(required.name)), required.real,
                required.tolerance * required.real)
        << required.name;
  }
}

TEST(Standin, ReviewsResembleTheRealOnes) {
  const auto data = imdb::load_data(standin_source("imdb.npz"), {.num_words = 10000});
  ASSERT_EQ(data.train.labels.size(), 25000u);
  ASSERT_EQ(data.test.labels.size(), 25000u);
  const Csr x = multi_hot(data.train.sequences, 10000);
  expect_resemblance("imdb", testing::text_quantities(x.slice(10000, 25000)));
  // the book: val_loss lowest in epoch 3 to 5, val_accuracy .89, test accuracy .88 (spread.json)
  const auto learned = testing::learn_imdb(data, 42);
  EXPECT_GE(testing::value_of(learned, "epoch of the lowest val_loss"), 3);
  EXPECT_LE(testing::value_of(learned, "epoch of the lowest val_loss"), 6);
  EXPECT_NEAR(testing::value_of(learned, "highest val_accuracy"), 0.888, 0.02);
  EXPECT_NEAR(testing::value_of(learned, "test accuracy after 4 epochs"), 0.884, 0.02);
}

TEST(Standin, NewswiresResembleTheRealOnes) {
  const auto data = reuters::load_data(standin_source("reuters.npz"), {.num_words = 10000});
  ASSERT_EQ(data.train.labels.size(), 8982u);
  ASSERT_EQ(data.test.labels.size(), 2246u);
  const Csr x = multi_hot(data.train.sequences, 10000);
  expect_resemblance("reuters", testing::text_quantities(x.slice(1000, 8982)));
  // the book: val_loss lowest about epoch 9, val_accuracy .82, test accuracy .79
  const auto learned = testing::learn_reuters(data, 42);
  EXPECT_GE(testing::value_of(learned, "epoch of the lowest val_loss"), 7);
  EXPECT_LE(testing::value_of(learned, "epoch of the lowest val_loss"), 12);
  EXPECT_NEAR(testing::value_of(learned, "highest val_accuracy"), 0.82, 0.03);
}

TEST(Standin, SameSeedSameBytes) {
  const auto bytes = [](std::uint32_t seed) {
    const auto digits = standin::mnist(seed);
    const auto housing = standin::boston_housing(seed);
    return std::pair{crc32(std::as_bytes(digits.train.images.view().flat())),
                     crc32(std::as_bytes(housing.x.view().flat()))};
  };
  const auto first = bytes(1), second = bytes(2);
  EXPECT_EQ(first, bytes(1));
  EXPECT_NE(first.first, second.first);
  EXPECT_NE(first.second, second.second);
}

TEST(Standin, MnistAndBostonHousingHaveTheShapesOfTheRealSets) {
  const auto digits = standin::mnist();
  EXPECT_EQ(digits.train.images.rows(), 60000u);
  EXPECT_EQ(digits.test.images.rows(), 10000u);
  EXPECT_EQ(digits.train.images.cols(), 784u);
  expect_resemblance("mnist", testing::pixel_quantities(digits));
  const auto housing = standin::boston_housing();
  EXPECT_EQ(housing.x.rows(), 506u);
  EXPECT_EQ(housing.x.cols(), 13u);
  EXPECT_EQ(housing.y.rows(), 506u);
}

TEST(Standin, MeanPriceResemblesTheRealOne) {
  const auto data = boston_housing::load_data(standin_source("boston_housing.npz"));
  expect_resemblance("boston_housing", testing::price_quantities(data));
}

TEST(Standin, PageShowsTheTolerancesThatAreTested) {
  std::ifstream in(testing::source_file("docs/standin.md"));
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  for (const auto& required : testing::required_resemblances()) {
    const auto section = page.find(fmt::format("\n## {}\n", required.set));
    ASSERT_NE(section, std::string::npos) << required.set;
    const auto row = page.find(fmt::format("\n| {} | ", required.name), section);
    ASSERT_NE(row, std::string::npos) << required.name;
    const std::string line = page.substr(row + 1, page.find('\n', row + 1) - row - 1);
    EXPECT_THAT(line,
                ::testing::StartsWith(fmt::format("| {} | {:g} |", required.name, required.real)));
    EXPECT_THAT(line, ::testing::EndsWith(fmt::format("| {:.0f} % |", 100 * required.tolerance)));
  }
}

}  // namespace
}  // namespace reprise
