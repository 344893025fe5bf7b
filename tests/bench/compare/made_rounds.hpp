// Made rounds of A, B and A again.
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "bench/compare/measurements.hpp"

namespace reprise::compare {

inline Measurements no_rounds(std::size_t benchmarks) {
  Measurements m;
  m.contenders = {{"A"}, {"B"}, {"A again"}};
  for (std::size_t b = 0; b < benchmarks; ++b) m.benchmarks.push_back("f/" + std::to_string(b));
  m.details.assign(3, std::vector<BenchmarkDetails>(benchmarks));
  return m;
}

// One more round: times of 100 ns with normal noise of this size, times the contender's factor in
// each benchmark. Benchmarks that have left have no time.
inline void add_noisy_round(Measurements& m, std::mt19937& random, double noise,
                            const std::vector<std::vector<double>>& factors) {
  std::normal_distribution<double> normal(0, noise);
  Round round;
  for (std::size_t c = 0; c < 3; ++c) {
    round.timings.emplace_back();
    for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
      const double ns =
          m.has_left(b) ? std::nan("") : 100 * factors[c][b] * std::exp(normal(random));
      round.timings.back().push_back({ns, ns, ""});
    }
  }
  round.control_ns = 10;
  m.rounds.push_back(round);
}

}  // namespace reprise::compare
