// NumPy's legacy RandomState, the stream that shuffles the data sets and the samples of each
// epoch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "reprise/random/mt19937.hpp"

namespace reprise {

class NumpyRandom {
 public:
  // numpy.random.seed(seed), numpy.random.RandomState(seed).
  explicit NumpyRandom(std::uint32_t seed = 0) : generator_(Mt19937::from_seed(seed)) {}

  // A uniform integer in [0, max], by masked rejection (numpy distributions.c, random_interval).
  std::uint32_t interval(std::uint32_t max);

  // numpy.random.random(): uniform in [0, 1) with 53 bits (numpy mt19937.h, mt19937_next_double).
  double random() {
    const std::uint32_t high = generator_.next() >> 5, low = generator_.next() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  // numpy.random.standard_normal(): Marsaglia's polar method, which makes two values at a time
  // (numpy legacy-distributions.c, legacy_gauss).
  double standard_normal();

  // numpy.random.shuffle(values), in place.
  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i-- > 1;) {
      std::swap(values[i], values[interval(static_cast<std::uint32_t>(i))]);
    }
  }

  // numpy.random.permutation(n): a shuffled arange(n).
  std::vector<std::int32_t> permutation(std::size_t n);

 private:
  Mt19937 generator_;
  std::optional<double> second_normal_;  // of the two, until it is drawn
};

}  // namespace reprise
