// keras.datasets.imdb against Keras 3.15.1: on the fixtures (expected.json, written by
// fixtures/make_fixtures.py), and on the real file, where sums and checksums were computed with
// NumPy from the result of load_data in Keras.
#include "reprise/data/imdb.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "reprise/data/cache.hpp"
#include "reprise/data/vectorize.hpp"
#include "tests/data/keras_cases.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/real_data.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using testing::crc_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::line_of;
using ::testing::StartsWith;

TEST(Imdb, LoadDataEqualsKeras) {
  const json cases = testing::fixture_json("expected.json")["cases"];
  ASSERT_EQ(cases.size(), 14u);
  for (const int protocol : {2, 3, 4, 5}) {
    for (const std::string method : {"stored", "deflated"}) {
      const auto file = testing::fixture(fmt::format("imdb_p{}_{}.npz", protocol, method));
      for (const json& wanted : cases) {
        const auto& [train, test] =
            imdb::load_data(unverified_source(file), testing::text_options(wanted["options"]));
        SCOPED_TRACE(wanted["options"].dump() + " of " + file.string());
        EXPECT_EQ(testing::as_json(train.sequences), wanted["x_train"]);
        EXPECT_EQ(testing::as_json(test.sequences), wanted["x_test"]);
        EXPECT_EQ(json(train.labels), wanted["y_train"]);
        EXPECT_EQ(json(test.labels), wanted["y_test"]);
      }
    }
  }
}

TEST(Imdb, LoadDataRejectsEmptyResults) {
  const auto file = testing::fixture("imdb_p4_deflated.npz");
  EXPECT_THAT(line_of([&] { imdb::load_data(unverified_source(file), {.maxlen = 1}); }),
              AllOf(HasSubstr(file.string()), HasSubstr("no text is shorter than maxlen 1")));
  EXPECT_THAT(
      line_of([&] { imdb::load_data(unverified_source(file), {.index_from = 2147483647}); }),
      HasSubstr("exceeds 32 bits"));
  EXPECT_THAT(line_of([] { imdb::load_data(unverified_source("nowhere.npz")); }),
              StartsWith("nowhere.npz: "));
}

class WordIndexTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& content) const {
    const auto file = scratch_.path() / "index.json";
    std::ofstream(file) << content;
    return file;
  }
  testing::Scratch scratch_;
};

TEST_F(WordIndexTest, ReadsAndDecodes) {
  const auto index = imdb::get_word_index(write(R"({"the": 1, "film": 2, "caf\u00e9": 88584})"));
  EXPECT_THAT(index, ::testing::UnorderedElementsAre(std::pair("the", 1), std::pair("film", 2),
                                                     std::pair("caf\u00e9", 88584)));
  const std::vector<std::int32_t> review{1, 4, 5, 2, 88587, 6, 0, 3};
  EXPECT_EQ(imdb::decode_review(review, index), "? the film ? caf\u00e9 ? ? ?");
  EXPECT_EQ(imdb::decode_review(review, index, 0), "the ? ? film ? ? ? ?");
  EXPECT_EQ(imdb::decode_review({}, index), "");
}

TEST_F(WordIndexTest, RejectsOtherFiles) {
  for (const std::string content :
       {"", "{", "[]", "[1, 2]", "7", "null", R"("the")", R"({"the": "1"})", R"({"the": 1.5})",
        R"({"the": null})", R"({"the": 1, "film": []})", R"({"the": 1} x)", "{\"\xff\": 1}"}) {
    EXPECT_THAT(line_of([&] { imdb::get_word_index(write(content)); }),
                AllOf(HasSubstr("index.json: "), HasSubstr("expected a JSON object")))
        << content;
  }
  EXPECT_THAT(line_of([] { imdb::get_word_index("nowhere.json"); }), StartsWith("nowhere.json: "));
}

// Ranks are converted to int and the index is inverted, so ranks must fit.
TEST_F(WordIndexTest, RejectsRanksThatDoNotFit) {
  EXPECT_EQ(imdb::get_word_index(write(R"({"the": 2147483647})")).at("the"), 2147483647);
  for (const std::string rank : {"2147483648", "4294967297", "99999999999999999999", "-1"}) {
    EXPECT_THAT(line_of([&] { imdb::get_word_index(write("{\"the\": " + rank + "}")); }),
                HasSubstr("index.json: "))
        << rank;
  }
}

TEST(ImdbRealData, EqualsKeras) {
  REPRISE_NEEDS("imdb.npz");
  const auto& [train, test] = testing::real_imdb();
  ASSERT_EQ(train.sequences.size(), 25000u);
  ASSERT_EQ(test.sequences.size(), 25000u);
  EXPECT_THAT(train.sequences[0].first(6), ElementsAre(1, 14, 22, 16, 43, 530));
  EXPECT_EQ(std::reduce(train.labels.begin(), train.labels.end()), 12500);
  EXPECT_EQ(std::reduce(test.labels.begin(), test.labels.end()), 12500);
  EXPECT_EQ(train.sequences.values.size(), 5967841u);
  EXPECT_EQ(test.sequences.values.size(), 5770105u);
  EXPECT_EQ(crc_of(train.sequences.values), "74715076");
  EXPECT_EQ(crc_of(test.sequences.values), "db5d0163");
  EXPECT_EQ(crc_of(train.labels), "3b517adc");
  EXPECT_EQ(crc_of(test.labels), "c0a207be");
}

TEST(ImdbRealData, EqualsKerasWithEveryOption) {
  REPRISE_NEEDS("imdb.npz");
  const auto& [train, test] = imdb::load_data(KerasCache().find("imdb.npz"), {.num_words = 500,
                                                                              .skip_top = 30,
                                                                              .maxlen = 200,
                                                                              .seed = 1,
                                                                              .oov_char = {},
                                                                              .index_from = 5});
  EXPECT_EQ(train.labels.size(), 14244u);
  EXPECT_EQ(test.labels.size(), 14669u);
  EXPECT_EQ(crc_of(train.sequences.values), "69e06263");
  EXPECT_EQ(crc_of(test.sequences.values), "25b65748");
  EXPECT_EQ(crc_of(train.labels), "32b47ca0");
  EXPECT_EQ(crc_of(test.labels), "7a21de22");
}

TEST(ImdbRealData, BecomesMultiHotRows) {
  REPRISE_NEEDS("imdb.npz");
  const auto& [train, test] = testing::real_imdb();
  const auto ones = [](const CsrView& x) { return x.row_ptr[x.rows] - x.row_ptr[0]; };
  const Csr x_train = multi_hot(train.sequences, 10000), x_test = multi_hot(test.sequences, 10000);
  EXPECT_EQ(ones(x_train.slice(10000, 25000)), 1975542);
  EXPECT_EQ(ones(x_train), 3292468);
  EXPECT_EQ(ones(x_test), 3218578);
}

TEST(ImdbRealData, DecodesTheFirstReview) {
  REPRISE_NEEDS("imdb.npz");
  REPRISE_NEEDS("imdb_word_index.json");
  const auto index = imdb::get_word_index(*testing::real_file("imdb_word_index.json"));
  EXPECT_EQ(index.size(), 88584u);
  const std::string text = imdb::decode_review(testing::real_imdb().train.sequences[0], index);
  EXPECT_THAT(text, StartsWith("? this film was just brilliant casting location scenery story"));
  EXPECT_EQ(crc_of(std::vector(text.begin(), text.end())), "7076b451");
}

}  // namespace
}  // namespace reprise
