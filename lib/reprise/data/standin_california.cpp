#include <algorithm>
#include <array>
#include <cmath>

#include "reprise/data/standin.hpp"
#include "reprise/data/standin_quantiles.hpp"
#include "reprise/random/mt19937.hpp"

namespace reprise::standin {

namespace {

constexpr std::size_t kFeatures = california_housing::kFeatures;

struct Feature {
  std::array<double, 7> quantiles;  // at kProbabilities
  double loading;  // fraction of the districts where the feature follows the size of the district;
                   // negative if it follows it inversely
};

// Rounded quantiles of the real set, in the order of the StatLib file: longitude, latitude, age of
// the homes, rooms, bedrooms, people, households, income in 10,000 $.
constexpr std::array<Feature, kFeatures> kFeatureModels{{
    {{-124.3, -122.3, -121.8, -118.5, -118, -117.2, -114.3}, 0},
    {{32.5, 33.6, 33.9, 34.3, 37.7, 38.5, 42}, 0},
    {{1, 13, 18, 29, 37, 46, 52}, -.3},
    {{2, 940, 1450, 2130, 3150, 4650, 39300}, .95},
    {{1, 200, 295, 435, 647, 966, 6440}, .98},
    {{3, 510, 790, 1170, 1720, 2570, 35700}, .9},
    {{1, 184, 280, 409, 605, 890, 6080}, .98},
    {{.5, 1.9, 2.56, 3.54, 4.74, 6.16, 15}, 0},
}};
constexpr double kNoise = .35;  // standard deviation, in 100,000 $

// The price of a district whose feature j has the percentile rank[j]. Income counts most, more so
// near the coast; old districts stand in the cities, and crowded ones are cheap. `noise` has mean 0
// and standard deviation 1.
double price(const std::array<double, kFeatures>& rank, double noise) {
  const double income = rank[7], coast = 1 - std::abs(rank[0] - .35) / .65;
  double value = .4 + 2.4 * income * income + 1.2 * coast * (.3 + income) + .3 * rank[2] -
                 .8 * std::max(0.0, rank[5] - rank[6]);
  value += noise * kNoise;
  return std::clamp(std::round(value * 1000) * 100, 14999.0, 500001.0);
}

}  // namespace

california_housing::Districts california_housing(std::uint32_t seed) {
  constexpr std::size_t kDistricts = 20640;
  Mt19937 random = Mt19937::from_key(std::array{seed, 20640u});
  const auto uniform = [&] { return random.next() * 0x1p-32; };
  california_housing::Districts districts{Matrix<float>(kDistricts, kFeatures),
                                          Matrix<float>(kDistricts, 1)};
  for (std::size_t i = 0; i < kDistricts; ++i) {
    const double size = uniform();
    std::array<double, kFeatures> rank{};
    for (std::size_t j = 0; j < kFeatures; ++j) {
      const double loading = kFeatureModels[j].loading, independent = uniform();
      const bool follows = uniform() < std::abs(loading);
      rank[j] = follows ? .9 * (loading > 0 ? size : 1 - size) + .1 * independent : independent;
    }
    rank[1] =
        .9 * (1 - rank[0]) + .1 * rank[1];  // California runs from the north-west to the south-east
    for (std::size_t j = 0; j < kFeatures; ++j) {
      districts.x(i, j) = static_cast<float>(quantile(kFeatureModels[j].quantiles, rank[j]));
    }
    // the sum of six uniform numbers is nearly normal and has variance 6 / 12
    double noise = -3;
    for (int k = 0; k < 6; ++k) noise += uniform();
    districts.y(i, 0) = static_cast<float>(price(rank, noise * std::sqrt(2.0)));
  }
  return districts;
}

}  // namespace reprise::standin
