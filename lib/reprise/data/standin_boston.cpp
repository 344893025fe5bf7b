#include <algorithm>
#include <array>
#include <cmath>

#include "reprise/data/standin.hpp"
#include "reprise/random/mt19937.hpp"

namespace reprise::standin {

namespace {

constexpr std::size_t kFeatures = boston_housing::kFeatures;

struct Feature {
  std::array<double, 7> quantiles;  // at kShares
  double kinship;  // share of the suburbs where the feature follows what all have in common;
                   // negative: against it
};

constexpr std::array<double, 7> kShares{0, .1, .25, .5, .75, .9, 1};

// Quantiles of the real set, rounded. In common is what makes a suburb poor: crime, industry, ...
constexpr std::array<Feature, kFeatures> kSuburb{{
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

double quantile(const std::array<double, 7>& quantiles, double share) {
  std::size_t i = 1;
  while (i + 1 < kShares.size() && share > kShares[i]) ++i;
  const double t = (share - kShares[i - 1]) / (kShares[i] - kShares[i - 1]);
  return quantiles[i - 1] + t * (quantiles[i] - quantiles[i - 1]);
}

// The price of a suburb of which each feature exceeds that share of the others: rooms pay more and
// more, poverty costs most where it begins, crime only where it is high, and small rooms undo what
// being far from work and low taxes add. `noise` has mean 0 and standard deviation 1.
double price(const std::array<double, kFeatures>& share, double noise) {
  const double rooms = share[5], poverty = share[12], crime = share[0];
  double value = 14 + 16 * rooms * rooms * rooms + 15 * (1 - poverty) * (1 - poverty) -
                 5 * std::max(0.0, crime - .6) / .4 + 4 * (1 - share[9]) * rooms -
                 3 * share[10] * (1 - poverty) - 3 * std::abs(share[7] - .4) + 2 * share[3];
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
    std::array<double, kFeatures> share{};
    for (std::size_t j = 0; j < kFeatures; ++j) {
      const double kinship = kSuburb[j].kinship, own = uniform();
      const bool follows = uniform() < std::abs(kinship);
      // a little of its own keeps two features from being copies of each other
      share[j] = follows ? .9 * (kinship > 0 ? common : 1 - common) + .1 * own : own;
      suburbs.x(i, j) = quantile(kSuburb[j].quantiles, share[j]);
    }
    share[kByTheRiver] = suburbs.x(i, kByTheRiver) = share[kByTheRiver] > .93 ? 1 : 0;
    // six uniform numbers: nearly normal, and variance 6 / 12
    double noise = -3;
    for (int k = 0; k < 6; ++k) noise += uniform();
    suburbs.y(i, 0) = price(share, noise * std::sqrt(2.0));
  }
  return suburbs;
}

}  // namespace reprise::standin
