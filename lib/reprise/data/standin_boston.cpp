#include <algorithm>
#include <array>
#include <cmath>

#include "reprise/data/standin.hpp"
#include "reprise/data/standin_quantiles.hpp"
#include "reprise/random/mt19937.hpp"

namespace reprise::standin {

namespace {

constexpr std::size_t kFeatures = boston_housing::kFeatures;

struct Feature {
  std::array<double, 7> quantiles;  // at kProbabilities
  double loading;  // fraction of the suburbs where the feature follows the common factor; negative
                   // if it follows it inversely
};

// Rounded quantiles of the real set. The common factor is poverty: crime, industry, ...
constexpr std::array<Feature, kFeatures> kFeatureModels{{
    {{.006, .038, .082, .26, 3.7, 10.8, 89}, .6},
    {{0, 0, 0, 0, 12.5, 42.5, 100}, -.5},
    {{.46, 2.9, 5.2, 9.7, 18.1, 19.6, 27.7}, .7},
    {{0, 0, 0, 0, 0, 0, 1}, 0},
    {{.385, .427, .449, .538, .624, .713, .871}, .7},
    {{3.56, 5.59, 5.89, 6.21, 6.62, 7.15, 8.78}, -.4},
    {{2.9, 27, 45, 77.5, 94.1, 98.8, 100}, .6},
    {{1.13, 1.63, 2.1, 3.2, 5.2, 6.8, 12.1}, -.7},
    {{1, 3, 4, 5, 24, 24, 24}, .5},
    {{187, 233, 279, 330, 666, 666, 711}, .6},
    {{12.6, 14.8, 17.4, 19.1, 20.2, 20.9, 22}, .3},
    {{.32, 290, 375, 391, 396, 397, 397}, -.3},
    {{1.7, 4.7, 7, 11.4, 17, 23, 38}, .6},
}};
constexpr std::size_t kByTheRiver = 3;
constexpr double kNoise = 1.6;  // standard deviation, in 1,000 $

// The price of a suburb whose feature j has the percentile rank[j]. The price increases with the
// cube of the rooms and decreases with poverty, mostly where poverty is low; crime counts only
// where it is high; low taxes count with the rooms. `noise` has mean 0 and standard deviation 1.
double price(const std::array<double, kFeatures>& rank, double noise) {
  const double rooms = rank[5], poverty = rank[12], crime = rank[0];
  double value = 14 + 16 * rooms * rooms * rooms + 15 * (1 - poverty) * (1 - poverty) -
                 5 * std::max(0.0, crime - .6) / .4 + 4 * (1 - rank[9]) * rooms -
                 3 * rank[10] * (1 - poverty) - 3 * std::abs(rank[7] - .4) + 2 * rank[3];
  value += noise * kNoise;
  return std::clamp(std::round(value * 10) / 10, 5.0, 50.0);
}

}  // namespace

boston_housing::Suburbs boston_housing(std::uint32_t seed) {
  constexpr std::size_t kSuburbs = 506;
  Mt19937 random = Mt19937::from_key(std::array{seed, 506u});
  const auto uniform = [&] { return random.next() * 0x1p-32; };
  boston_housing::Suburbs suburbs{Matrix<double>(kSuburbs, kFeatures), Matrix<double>(kSuburbs, 1)};
  for (std::size_t i = 0; i < kSuburbs; ++i) {
    const double common = uniform();
    std::array<double, kFeatures> rank{};
    for (std::size_t j = 0; j < kFeatures; ++j) {
      const double loading = kFeatureModels[j].loading, independent = uniform();
      const bool follows = uniform() < std::abs(loading);
      // the small independent part keeps features from being copies of each other
      rank[j] = follows ? .9 * (loading > 0 ? common : 1 - common) + .1 * independent : independent;
      suburbs.x(i, j) = quantile(kFeatureModels[j].quantiles, rank[j]);
    }
    rank[kByTheRiver] = suburbs.x(i, kByTheRiver) = rank[kByTheRiver] > .93 ? 1 : 0;
    // the sum of six uniform numbers is nearly normal and has variance 6 / 12
    double noise = -3;
    for (int k = 0; k < 6; ++k) noise += uniform();
    suburbs.y(i, 0) = price(rank, noise * std::sqrt(2.0));
  }
  return suburbs;
}

}  // namespace reprise::standin
