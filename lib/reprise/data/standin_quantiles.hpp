// Values of a feature by its quantiles, for stand-in tables.
#pragma once

#include <array>
#include <cstddef>

namespace reprise::standin {

// The probabilities at which the quantiles of a feature are given.
inline constexpr std::array<double, 7> kProbabilities{0, .1, .25, .5, .75, .9, 1};

// The value at `probability`, interpolated linearly between the quantiles.
inline double quantile(const std::array<double, 7>& quantiles, double probability) {
  std::size_t i = 1;
  while (i + 1 < kProbabilities.size() && probability > kProbabilities[i]) ++i;
  const double t =
      (probability - kProbabilities[i - 1]) / (kProbabilities[i] - kProbabilities[i - 1]);
  return quantiles[i - 1] + t * (quantiles[i] - quantiles[i - 1]);
}

}  // namespace reprise::standin
