// The lanes of a sparse matrix: which places they list, and networks on matrices whose places just
// fit or do not fit in 16 bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "reprise/core/csr.hpp"
#include "reprise/data/checksum.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/nn/internal_access.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise {
namespace {

TEST(LaneLists, GroupsColumnsByLaneInTheOrderOfTheSum) {
  LaneLists lists(10);  // three rows a lane
  lists.push_row(std::vector<std::int32_t>{0, 1, 3, 4, 6, 9});
  lists.push_row(std::vector<std::int32_t>{});
  const CsrLanes lanes = lists.view();
  const std::vector<std::int64_t> ptr(lanes.ptr, lanes.ptr + 9);
  EXPECT_EQ(ptr, (std::vector<std::int64_t>{0, 2, 3, 5, 6, 6, 6, 6, 6}));
  const std::vector<std::uint16_t> places(lanes.places16, lanes.places16 + 6);
  EXPECT_EQ(places, (std::vector<std::uint16_t>{0, 1, 4, 6, 8, 9}));
  EXPECT_EQ(lanes.places32, nullptr);
}

TEST(LaneLists, GivesEachColumnAPlaceOfItsOwn) {
  for (const std::size_t cols : {1, 3, 4, 5, 8, 97}) {
    std::vector<std::size_t> places;
    for (std::size_t c = 0; c < cols; ++c) places.push_back(place_of(c, cols));
    std::ranges::sort(places);
    EXPECT_EQ(std::ranges::adjacent_find(places), places.end()) << cols;
    EXPECT_LT(places.back(), kSumLanes * rows_of_lane(cols));
  }
}

// Rows with ones at random columns and in the last ones; the first row is empty.
Csr random_rows(std::size_t cols) {
  std::mt19937 random(7);
  Csr matrix(cols);
  for (std::size_t i = 0; i < 40; ++i) {
    std::vector<std::int32_t> columns;
    for (std::size_t k = 0; k < i; ++k) {
      columns.push_back(static_cast<std::int32_t>(random() % cols));
    }
    for (std::size_t c = cols - std::min(cols, i % 6); c < cols; ++c) {
      columns.push_back(static_cast<std::int32_t>(c));
    }
    std::ranges::sort(columns);
    columns.erase(std::ranges::unique(columns).begin(), columns.end());
    matrix.push_row(columns);
  }
  return matrix;
}

// CRC-32 of the weights after two epochs. Without `lanes` the matrix is a view of plain arrays.
std::uint32_t bits_of(const CsrView& x, std::size_t units, bool lanes, RuntimeOptions options,
                      bool force_grain_one = false) {
  Matrix<double> y(x.rows, 1);
  for (std::size_t i = 0; i < x.rows; ++i) y(i, 0) = static_cast<double>(i % 2);
  CsrView inputs = x;
  if (!lanes) inputs.lanes = {};
  options.seed = 5;
  Runtime keras(options, {.force_grain_one = force_grain_one});
  Sequential model(keras, {Dense{units, relu}, Dense{1, sigmoid}});
  model.compile({.optimizer = RMSprop{}, .loss = BinaryCrossentropy{}});
  model.fit(inputs, y, {.epochs = 2, .batch_size = 16, .validation_data = {{inputs, y}}});
  std::uint32_t crc = 0;
  for (const Variable& variable : model.variables()) crc = crc32(variable.bytes, crc);
  return crc;
}

class LaneWidths : public ::testing::TestWithParam<int> {};

TEST_P(LaneWidths, HaveTheBitsOfTheReference) {
  const auto cols = static_cast<std::size_t>(GetParam());
  const Csr x = random_rows(cols);
  EXPECT_EQ(x.view().lanes.places16 != nullptr, cols <= 65536);
  for (const std::size_t units : {3, 16}) {
    const std::uint32_t wanted = bits_of(x, units, true, {.backend = "reference"});
    for (const IsaInfo& isa : isas()) {
      if (!isa.available) continue;
      EXPECT_EQ(bits_of(x, units, true, {.isa = std::string(isa.name)}), wanted) << isa.name;
    }
    for (const int threads : {2, 3, 5}) {
      EXPECT_EQ(bits_of(x, units, true, {.threads = threads}, true), wanted) << threads;
    }
    EXPECT_EQ(bits_of(x, units, false, {}), wanted) << "without lanes";
    EXPECT_EQ(bits_of(x, units, false, {.fuse = false}), wanted) << "without lanes, not fused";
  }
}

INSTANTIATE_TEST_SUITE_P(Columns, LaneWidths, ::testing::Values(1, 2, 3, 5, 65535, 65536, 65537),
                         ::testing::PrintToStringParamName());

// A first layer whose gradients take several blocks (openmp/text_plan.hpp).
struct BlockCase {
  std::size_t cols, units;
  std::size_t batch_size = 16;
  Optimizer optimizer = RMSprop{};
  std::optional<Regularizer> penalty = {};
  // Samples of an epoch, some of them more than once if there are more than the 40 rows.
  std::size_t epoch = 40;
};

std::uint32_t bits_of(const BlockCase& c, const CsrView& x, RuntimeOptions options) {
  Matrix<double> y(x.rows, 1);
  for (std::size_t i = 0; i < x.rows; ++i) y(i, 0) = static_cast<double>(i % 2);
  options.seed = 5;
  Runtime keras(options, {.force_grain_one = true});
  Sequential model(keras,
                   {Dense{.units = c.units, .activation = relu, .kernel_regularizer = c.penalty},
                    Dense{1, sigmoid}});
  model.compile({.optimizer = c.optimizer, .loss = BinaryCrossentropy{}});
  const auto order = [&](int epoch) {
    std::vector<std::int32_t> samples;
    for (std::size_t i = 0; i < c.epoch; ++i) {
      samples.push_back(static_cast<std::int32_t>((7 * i + static_cast<std::size_t>(epoch)) % 40));
    }
    return samples;
  };
  model.fit(x, y, {.epochs = 2, .batch_size = c.batch_size, .sample_order = order});
  std::uint32_t crc = 0;
  for (const Variable& variable : model.variables()) crc = crc32(variable.bytes, crc);
  return crc;
}

TEST(TextPlan, HasTheBitsOfTheReferenceForAnyDivisionIntoBlocks) {
  const BlockCase cases[] = {
      {6500, 16},                                          // blocks of three lanes and of one
      {10000, 16, 1000, Adam{}},                           // of two lanes, with two slots
      {20000, 33, 16, RMSprop{.momentum = 0.5}, L2{0.1}},  // several blocks a lane
      {20000, 64, 7},
      {65536, 16, 256, RMSprop{}, {}, 200},  // a batch larger than the samples
  };
  for (const BlockCase& c : cases) {
    const Csr x = random_rows(c.cols);
    for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
      const auto wanted = bits_of(c, x, {.floatx = dtype, .backend = "reference"});
      for (const IsaInfo& isa : isas()) {
        if (!isa.available) continue;
        EXPECT_EQ(bits_of(c, x, {.floatx = dtype, .isa = std::string(isa.name)}), wanted)
            << c.cols << ' ' << c.units << ' ' << isa.name;
      }
      for (const int threads : {2, 3, 5}) {
        EXPECT_EQ(bits_of(c, x, {.floatx = dtype, .threads = threads}), wanted)
            << c.cols << ' ' << c.units << ' ' << threads;
      }
    }
  }
}

}  // namespace
}  // namespace reprise
