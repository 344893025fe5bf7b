// keras.datasets.reuters against Keras 3.15.1: on the fixtures (datasets.json, written by
// fixtures/make_dataset_fixtures.py), and on the real file, where sums and checksums were computed
// with NumPy from the result of load_data in Keras.
#include "reprise/data/reuters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "reprise/data/cache.hpp"
#include "tests/data/keras_cases.hpp"
#include "tests/data/thrown.hpp"

namespace reprise {
namespace {

using nlohmann::json;
using testing::crc_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::line_of;

const std::filesystem::path kSmall = testing::fixture("reuters_small.npz");

TEST(Reuters, LoadDataEqualsKeras) {
  const json cases = testing::fixture_json("datasets.json")["reuters"];
  ASSERT_EQ(cases.size(), 8u);
  for (const json& wanted : cases) {
    const json& options = wanted["options"];
    SCOPED_TRACE(options.dump());
    const auto& [train, test] =
        reuters::load_data(unverified_source(kSmall), testing::text_options(options),
                           options.value("test_split", 0.2));
    EXPECT_EQ(testing::as_json(train.sequences), wanted["x_train"]);
    EXPECT_EQ(testing::as_json(test.sequences), wanted["x_test"]);
    EXPECT_EQ(json(train.labels), wanted["y_train"]);
    EXPECT_EQ(json(test.labels), wanted["y_test"]);
  }
}

TEST(Reuters, LabelNamesEqualKeras) {
  EXPECT_EQ(json(reuters::get_label_names()),
            testing::fixture_json("datasets.json")["reuters_label_names"]);
}

TEST(Reuters, RejectsEmptyResultsAndInvalidSplits) {
  const auto source = unverified_source(kSmall);
  EXPECT_THAT(line_of([&] { reuters::load_data(source, {.maxlen = 1}); }),
              HasSubstr("reuters_small.npz: no text is shorter than maxlen 1"));
  for (const double split : {-0.1, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT(line_of([&] { reuters::load_data(source, {}, split); }), HasSubstr("test_split"));
  }
}

TEST(ReutersRealData, EqualsKeras) {
  REPRISE_NEEDS("reuters.npz");
  const auto& [train, test] = testing::real_reuters();
  ASSERT_EQ(train.labels.size(), 8982u);
  ASSERT_EQ(test.labels.size(), 2246u);
  EXPECT_THAT(train.sequences[0].first(6), ElementsAre(1, 2, 2, 8, 43, 10));
  EXPECT_EQ(std::ranges::max(train.labels), 45);
  EXPECT_EQ(train.sequences.values.size(), 1307239u);
  EXPECT_EQ(test.sequences.values.size(), 331647u);
  EXPECT_EQ(crc_of(train.sequences.values), "e49cab94");
  EXPECT_EQ(crc_of(test.sequences.values), "dd37c801");
  EXPECT_EQ(crc_of(train.labels), "9ed50502");
  EXPECT_EQ(crc_of(test.labels), "ba88979d");
}

TEST(ReutersRealData, EqualsKerasWithEveryOption) {
  REPRISE_NEEDS("reuters.npz");
  const auto& [train, test] = reuters::load_data(
      KerasCache().find("reuters.npz"),
      {.num_words = 500, .skip_top = 30, .maxlen = 200, .seed = 1, .oov_char = {}, .index_from = 5},
      0.3);
  EXPECT_EQ(train.labels.size(), 6192u);
  EXPECT_EQ(test.labels.size(), 2654u);
  EXPECT_EQ(crc_of(train.sequences.values), "f4dd6751");
  EXPECT_EQ(crc_of(test.sequences.values), "e49bc136");
  EXPECT_EQ(crc_of(train.labels), "dbcfa5c5");
  EXPECT_EQ(crc_of(test.labels), "e6047de3");
}

TEST(ReutersRealData, DecodesTheFirstNewswire) {
  REPRISE_NEEDS("reuters.npz");
  REPRISE_NEEDS("reuters_word_index.json");
  const auto index = reuters::get_word_index(*testing::real_file("reuters_word_index.json"));
  EXPECT_EQ(index.size(), 30979u);
  EXPECT_THAT(reuters::decode_newswire(testing::real_reuters().train.sequences[0], index),
              ::testing::StartsWith("? ? ? said as a result of its december acquisition"));
}

}  // namespace
}  // namespace reprise
