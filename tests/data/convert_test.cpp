// Converted data sets have the content of the originals.
#include "reprise/data/convert.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reprise/data/npz.hpp"
#include "reprise/data/npz_writer.hpp"
#include "tests/data/thrown.hpp"
#include "tests/support/real_data.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

void expect_same_lists(const std::filesystem::path& file) {
  const testing::Scratch scratch;
  lists_to_plain_npz(file, scratch.path() / "plain.npz");
  const Npz from(file), to(scratch.path() / "plain.npz");
  int arrays = 0;
  for (const std::string& name : from.names()) {
    if (!from.is_object_array(name)) {
      EXPECT_EQ(to.integers(name), from.integers(name));
      continue;
    }
    ++arrays;
    const Sequences lists = from.lists(name);
    EXPECT_EQ(to.integers(name + "_offsets"), lists.offsets);
    EXPECT_EQ(to.array(name + "_values").descr, "<i4");
    EXPECT_EQ(to.array(name + "_values").as_doubles(),
              std::vector<double>(lists.values.begin(), lists.values.end()));
    EXPECT_EQ(to.lists(name).offsets, lists.offsets);
    EXPECT_EQ(to.lists(name).values, lists.values);
  }
  EXPECT_GT(arrays, 0);
}

TEST(Convert, TextSetsKeepTheirLists) {
  expect_same_lists(testing::source_file("tests/data/fixtures/imdb_p4_deflated.npz"));
}

TEST(Convert, PlainListsWithWrongOffsetsAreRejected) {
  const testing::Scratch scratch;
  const auto file = scratch.path() / "plain.npz";
  const std::int32_t words[] = {1, 2, 3};
  using Offsets = std::vector<std::int64_t>;
  for (const Offsets& offsets : {Offsets{}, Offsets{0, 2}, Offsets{1, 3}, Offsets{0, 4},
                                 Offsets{0, 5, 3}, Offsets{0, -1, 3}}) {
    NpzWriter writer(file);
    writer.add("x_values", std::span(words), {3});
    writer.add("x_offsets", std::span(offsets), {offsets.size()});
    writer.finish();
    EXPECT_THAT(
        testing::line_of([&] { Npz(file).lists("x"); }),
        ::testing::HasSubstr("plain.npz: x_offsets: expected ascending numbers from 0 to 3"));
  }
}

TEST(ConvertRealData, ReutersKeepsItsLists) {
  REPRISE_NEEDS("reuters.npz");
  expect_same_lists(*testing::real_file("reuters.npz"));
}

TEST(ConvertRealData, MnistRoundTripsThroughIdx) {
  REPRISE_NEEDS("mnist.npz");
  const testing::Scratch scratch;
  const auto file = *testing::real_file("mnist.npz");
  npz_to_idx(file, scratch.path() / "idx");
  idx_to_npz(scratch.path() / "idx", scratch.path() / "mnist.npz");
  const Npz from(file), to(scratch.path() / "mnist.npz");
  EXPECT_THAT(to.names(), ::testing::ElementsAre("x_train", "y_train", "x_test", "y_test"));
  for (const std::string part : {"train", "test"}) {
    EXPECT_TRUE(to.bytes("x_" + part, 3).values == from.bytes("x_" + part, 3).values);
    EXPECT_TRUE(to.bytes("y_" + part, 1).values == from.bytes("y_" + part, 1).values);
  }
}

}  // namespace
}  // namespace reprise
