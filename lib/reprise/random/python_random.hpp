// CPython's module random, from which Keras draws the seeds of its layers.
#pragma once

#include <cstdint>

#include "reprise/random/mt19937.hpp"

namespace reprise {

class PythonRandom {
 public:
  // random.seed(seed) for an integer seed >= 0 (CPython Modules/_randommodule.c, random_seed).
  explicit PythonRandom(std::uint64_t seed = 0);

  // random.randint(low, high), both ends included (Lib/random.py, _randbelow_with_getrandbits).
  // Needs high - low < 2^32 - 1.
  std::int64_t randint(std::int64_t low, std::int64_t high);

 private:
  Mt19937 generator_;
};

}  // namespace reprise
