// NumPy's legacy stream. Expected values: RandomState(1234567890) from
// numpy/random/tests/test_randomstate.py, small draws by NumPy 2.4.6, orders and checksums as
// shuffled by Keras 3.15.1.
#include "reprise/random/numpy_random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "reprise/data/checksum.hpp"

namespace reprise {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Order = std::vector<std::int32_t>;

void expect_order(const Order& order, const Order& head, const Order& tail,
                  const std::string& crc) {
  EXPECT_EQ(Order(order.begin(), order.begin() + std::ssize(head)), head);
  EXPECT_EQ(Order(order.end() - std::ssize(tail), order.end()), tail);
  EXPECT_EQ(crc32_hex(crc32(std::as_bytes(std::span(order)))), crc);
}

TEST(NumpyRandom, SeedsTheGeneratorLikeNumPy) {
  const auto outputs = [](std::uint32_t seed) {
    Mt19937 generator = Mt19937::from_seed(seed);
    std::vector<std::uint32_t> drawn;
    for (int i = 0; i < 3; ++i) drawn.push_back(generator.next());
    return drawn;
  };
  EXPECT_THAT(outputs(0), ElementsAre(2357136044u, 2546248239u, 3071714933u));
  EXPECT_THAT(outputs(42), ElementsAre(1608637542u, 3421126067u, 4083286876u));
  EXPECT_THAT(outputs(113), ElementsAre(3659249829u, 529109724u, 317413538u));
}

TEST(NumpyRandom, DrawsFromIntervals) {
  NumpyRandom random(42);
  std::vector<std::uint32_t> drawn;
  for (const std::uint32_t max : {0u, 1u, 5u, 6u, 7u, 8u, 255u, 256u, 9999999u}) {
    drawn.push_back(random.interval(max));
  }
  EXPECT_THAT(drawn, ElementsAre(0, 0, 3, 4, 6, 7, 188, 20, 2234489));
}

TEST(NumpyRandom, ShufflesAsInTheTestsOfNumPy) {
  std::vector<int> values{1, 2, 3, 4, 5, 6, 7, 8, 9, 0};
  NumpyRandom(1234567890).shuffle(std::span(values));
  EXPECT_THAT(values, ElementsAre(0, 1, 9, 6, 2, 4, 5, 8, 7, 3));
  EXPECT_THAT(NumpyRandom(1234567890).permutation(10), ElementsAre(9, 0, 8, 5, 1, 3, 4, 7, 6, 2));
}

TEST(NumpyRandom, ContinuesAfterTheLastShuffle) {
  NumpyRandom random(7);
  std::string letters = "abcdefgh";
  random.shuffle(std::span(letters));
  EXPECT_EQ(letters, "cfagdbeh");
  EXPECT_THAT(random.permutation(1), ElementsAre(0));  // these two draw nothing
  EXPECT_THAT(random.permutation(0), IsEmpty());
  EXPECT_THAT(random.permutation(5), ElementsAre(3, 4, 2, 1, 0));
  EXPECT_EQ(random.interval(0xffffffff), 1152936666u);
}

// numpy.random.seed(42), fit on 15,000 samples: the draw of the symbolic build, then the epochs.
TEST(NumpyRandom, OrdersBatchesLikeKeras) {
  NumpyRandom random(42);
  const auto next = [&] { return random.permutation(15000); };
  expect_order(next(), {11499, 6475, 13167, 862, 5970, 6706, 3017, 3781}, {860, 7270}, "1b10935b");
  expect_order(next(), {5603, 857, 11613, 13550, 266, 1860, 1536, 4311}, {10942, 11656},
               "2aa04c48");
  expect_order(next(), {14990, 8685, 9361, 10396, 6342, 14241, 3816, 5736}, {214, 3634},
               "f07ad398");
  expect_order(next(), {8395, 9821, 12984, 6505, 12223, 13161, 8196, 9564}, {13628, 1272},
               "91758ab4");
}

// RandomState(113), the default seed of load_data.
TEST(NumpyRandom, ShufflesTheDataSetsLikeKeras) {
  NumpyRandom imdb(113);
  expect_order(imdb.permutation(25000), {7798, 13226, 18078, 793, 17499, 23003, 574, 19638},
               {4828, 14501}, "7deec052");
  expect_order(imdb.permutation(25000), {22748, 4083, 8015, 13688, 5310, 4466, 736, 22654},
               {20869, 16517}, "49459954");
  expect_order(NumpyRandom(113).permutation(11228),
               {1341, 4427, 5095, 2044, 3024, 1792, 1931, 2375}, {6306, 4828}, "e5b6374d");
  expect_order(NumpyRandom(113).permutation(506), {22, 202, 368, 335, 461, 323, 382, 143},
               {220, 165}, "cc5ec581");
}

// In Keras 2.0.8 the global stream continued after the one shuffle of the data: the op seeds of the
// model were randint(10e6), and then the first epoch shuffled the training samples.
TEST(NumpyRandom, ReplaysTheStreamsOf2017) {
  struct Replay {
    std::uint32_t seed;
    std::size_t samples, trained;
    std::vector<std::uint32_t> op_seeds;
    Order head;
    std::string crc;
  };
  for (const Replay& replay :
       {Replay{226,
               25000,
               15000,
               {4047477, 6635883, 8217243},
               {13064, 10816, 11625, 3341, 13137, 10225},
               "057bb8a9"},
        Replay{113,
               11228,
               7982,
               {8064491, 2974996, 6911574},
               {4713, 178, 6320, 3169, 6743, 5759},
               "49dbbfb8"},
        Replay{
            113, 506, 303, {7048706, 3294787, 2052500}, {256, 267, 79, 53, 22, 42}, "37a841ec"}}) {
    NumpyRandom random(replay.seed);
    random.permutation(replay.samples);
    for (const std::uint32_t op_seed : replay.op_seeds) {
      EXPECT_EQ(random.interval(9999999), op_seed);
    }
    expect_order(random.permutation(replay.trained), replay.head, {}, replay.crc);
  }
}

// np.random.seed(42), then np.random.random(3).
TEST(NumpyRandom, DrawsUniformNumbersLikeNumPy) {
  NumpyRandom random(42);
  EXPECT_EQ(random.random(), 0.3745401188473625);
  EXPECT_EQ(random.random(), 0.9507143064099162);
  EXPECT_EQ(random.random(), 0.7319939418114051);
}

// np.random.seed(42), np.random.standard_normal(3), np.random.random(): the fourth normal number is
// already drawn and waits.
TEST(NumpyRandom, DrawsNormalNumbersLikeNumPy) {
  NumpyRandom random(42);
  EXPECT_DOUBLE_EQ(random.standard_normal(), 0.4967141530112327);
  EXPECT_DOUBLE_EQ(random.standard_normal(), -0.13826430117118466);
  EXPECT_DOUBLE_EQ(random.standard_normal(), 0.6476885381006925);
  EXPECT_EQ(random.random(), 0.15601864044243652);
}

}  // namespace
}  // namespace reprise
