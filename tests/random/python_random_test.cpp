// CPython's stream. Expected values: raw outputs and randint of CPython 3.11, layer seeds as drawn
// by make_default_seed of Keras 3.15.1.
#include "reprise/random/python_random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <span>
#include <vector>

#include "reprise/random/streams.hpp"

namespace reprise {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

template <class Draw>
auto draws(int n, Draw draw) {
  std::vector<decltype(draw())> values;
  for (int i = 0; i < n; ++i) values.push_back(draw());
  return values;
}

std::vector<std::uint32_t> outputs_of_key(std::span<const std::uint32_t> key) {
  Mt19937 generator = Mt19937::from_key(key);
  return draws(3, [&] { return generator.next(); });
}

// random.Random(seed).getrandbits(32)
TEST(PythonRandom, SeedsTheGeneratorLikeCPython) {
  const auto of = [](std::uint32_t seed) { return outputs_of_key(std::span(&seed, 1)); };
  EXPECT_THAT(of(0), ElementsAre(3626764237u, 1654615998u, 3255389356u));
  EXPECT_THAT(of(42), ElementsAre(2746317213u, 478163327u, 107420369u));
  EXPECT_THAT(of(113), ElementsAre(131234100u, 2808315400u, 3726391087u));
}

TEST(PythonRandom, AcceptsSeedsOfMoreThan32Bits) {
  // 12345678901234 = 2874 * 2^32 + 1942892530, least significant word first
  EXPECT_THAT(outputs_of_key(std::array{1942892530u, 2874u}),
              ElementsAre(107551873u, 2403399316u, 624174316u));
  const auto rolls = [](std::uint64_t seed) {
    PythonRandom random(seed);
    return draws(8, [&] { return random.randint(1, 6); });
  };
  EXPECT_THAT(rolls(12345678901234u), ElementsAre(1, 5, 2, 4, 5, 4, 6, 4));
  EXPECT_THAT(rolls(1ull << 32), ElementsAre(1, 3, 4, 1, 1, 5, 3, 5));
  EXPECT_THAT(rolls(~0ull), ElementsAre(1, 2, 3, 5, 2, 4, 5, 1));
}

TEST(PythonRandom, RandintIncludesBothEnds) {
  PythonRandom random(42);
  EXPECT_THAT(draws(12, [&] { return random.randint(0, 1); }),
              ElementsAre(0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0));
  EXPECT_THAT(draws(8, [&] { return random.randint(-5, 5); }),
              ElementsAre(-2, -2, 3, 4, -5, 3, -2, 5));
  EXPECT_THAT(draws(2, [&] { return random.randint(7, 7); }), ElementsAre(7, 7));
  // each randint(7, 7) consumes outputs of the stream, as in CPython
  EXPECT_EQ(random.randint(0, 0xfffffffd), 1929338154);
  PythonRandom wide(42);
  EXPECT_THAT(draws(3, [&] { return wide.randint(0, 0xfffffffd); }),
              ElementsAre(2746317213, 478163327, 107420369));
}

TEST(Streams, DrawsTheSeedsOfLayersLikeKeras) {
  const std::array<std::uint32_t, 4> seeds{0, 1, 42, 1337};
  const std::array<std::array<std::uint32_t, 6>, 4> wanted{{
      {906691060, 413654000, 813847340, 955892129, 451585302, 43469774},
      {144272510, 611178003, 909925048, 861425549, 820096754, 67760437},
      {686579304, 119540832, 26855093, 796233791, 295310486, 262950629},
      {663307073, 993786079, 572589546, 762227828, 392826688, 613084013},
  }};
  Streams streams;
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    streams.set_random_seed(seeds[i]);  // restarts the streams
    EXPECT_THAT(draws(6, [&] { return streams.draw_default_seed(); }), ElementsAreArray(wanted[i]));
  }
}

TEST(Streams, SeedBothGeneratorsAndDrawFromOne) {
  Streams streams;
  streams.set_random_seed(42);
  streams.numpy.permutation(100);
  EXPECT_EQ(streams.draw_default_seed(), 686579304u);
  streams.set_random_seed(42);
  streams.draw_default_seed();
  EXPECT_THAT(streams.numpy.permutation(15000).front(), 11499);
}

}  // namespace
}  // namespace reprise
