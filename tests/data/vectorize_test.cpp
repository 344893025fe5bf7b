// multi_hot (vectorize_sequences of the book) against rows computed by hand, and as_column.
#include "reprise/data/vectorize.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "tests/data/keras_cases.hpp"
#include "tests/data/thrown.hpp"

namespace reprise {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Sequences sequences_of(const std::vector<std::vector<std::int32_t>>& rows) {
  Sequences sequences;
  for (const auto& row : rows) sequences.push_back(row);
  return sequences;
}

TEST(MultiHot, SortsAndDropsDuplicates) {
  const Csr x = multi_hot(sequences_of({{7, 3, 7, 0}, {}, {3}, {5, 5, 5}, {}}), 10);
  ASSERT_EQ(x.rows(), 5u);
  EXPECT_EQ(x.cols(), 10u);
  EXPECT_THAT(x.view().row(0), ElementsAre(0, 3, 7));
  EXPECT_THAT(x.view().row(1), IsEmpty());
  EXPECT_THAT(x.view().row(2), ElementsAre(3));
  EXPECT_THAT(x.view().row(3), ElementsAre(5));
  EXPECT_THAT(x.view().row(4), IsEmpty());
}

TEST(MultiHot, HandlesTheEdgesOfThe64BitWords) {
  for (const std::size_t dimension : {1, 63, 64, 65, 128, 10000}) {
    const auto last = static_cast<std::int32_t>(dimension) - 1;
    const Csr x = multi_hot(sequences_of({{last, 0}, {last}}), dimension);
    if (dimension == 1) {
      EXPECT_THAT(x.view().row(0), ElementsAre(0));
    } else {
      EXPECT_THAT(x.view().row(0), ElementsAre(0, last));
    }
    EXPECT_THAT(x.view().row(1), ElementsAre(last));
  }
  EXPECT_THAT(multi_hot(sequences_of({{64, 127, 63, 128, 65, 0}}), 129).view().row(0),
              ElementsAre(0, 63, 64, 65, 127, 128));
}

TEST(MultiHot, AgreesWithASetOnRandomRows) {
  std::mt19937 random(1);
  std::vector<std::vector<std::int32_t>> rows(200);
  for (auto& row : rows) {
    row.resize(random() % 300);
    for (auto& index : row) index = static_cast<std::int32_t>(random() % 500);
  }
  const Csr x = multi_hot(sequences_of(rows), 500);
  ASSERT_EQ(x.rows(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_THAT(x.view().row(i), ElementsAreArray(std::set(rows[i].begin(), rows[i].end())));
  }
}

TEST(MultiHot, RejectsIndicesOutOfRange) {
  const auto line = [](std::int32_t index, std::size_t dimension) {
    return testing::line_of([&] { multi_hot(sequences_of({{0}, {0, index}}), dimension); });
  };
  EXPECT_EQ(line(9999, 10000), "");
  EXPECT_THAT(line(10000, 10000),
              HasSubstr("sequence 1 holds 10000, expected an index below 10000"));
  EXPECT_THAT(line(-1, 10000), HasSubstr("sequence 1 holds -1"));
  EXPECT_THAT(line(64, 3), HasSubstr("expected an index below 3"));
  EXPECT_THAT(line(2147483647, 64), HasSubstr("holds 2147483647"));
}

TEST(MultiHot, AcceptsNoSequences) {
  const Csr x = multi_hot(Sequences{}, 10);
  EXPECT_EQ(x.rows(), 0u);
  EXPECT_EQ(x.cols(), 10u);
}

TEST(AsColumn, KeepsOrderAndRoundsToFloat) {
  const std::vector<std::int64_t> labels{1, 0, 45, -1, 16777217};
  const Matrix<float> column = as_column(labels);
  EXPECT_EQ(column.rows(), 5u);
  EXPECT_EQ(column.cols(), 1u);
  EXPECT_THAT(column.view().flat(), ElementsAre(1.0f, 0.0f, 45.0f, -1.0f, 16777216.0f));
  EXPECT_EQ(as_column({}).rows(), 0u);
}

TEST(ToCategorical, EqualsKeras) {
  const nlohmann::json wanted = testing::fixture_json("datasets.json")["mnist"];
  const std::vector<std::int64_t> labels = wanted["y_train"];
  const Matrix<float> one_hot = to_categorical(labels);
  ASSERT_EQ(one_hot.cols(), 10u);
  ASSERT_EQ(one_hot.rows(), labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    EXPECT_EQ(nlohmann::json(one_hot.view().row(i)), wanted["categorical"][i]);
  }
}

TEST(ToCategorical, UsesTheNumberOfClasses) {
  const std::vector<std::int64_t> labels{2, 0};
  EXPECT_THAT(to_categorical(labels, 4).view().flat(), ElementsAre(0, 0, 1, 0, 1, 0, 0, 0));
  EXPECT_EQ(to_categorical({}, 4).cols(), 4u);
  EXPECT_EQ(to_categorical({}).rows(), 0u);
  const auto line = [](std::vector<std::int64_t> wrong, std::optional<std::size_t> classes) {
    return testing::line_of([&] { to_categorical(wrong, classes); });
  };
  EXPECT_THAT(line({1, 4}, 4), HasSubstr("label 1 is 4, expected 0 to 3"));
  EXPECT_THAT(line({-1}, 4), HasSubstr("label 0 is -1"));
  EXPECT_THAT(line({-5, -7}, {}), HasSubstr("label 0 is -5"));
}

}  // namespace
}  // namespace reprise
