// The random streams of one Keras session. Every Runtime owns such an object and nothing is global.
// All draws of a run come from these streams, in the order in which Keras makes them.
#pragma once

#include <cstdint>

#include "reprise/random/numpy_random.hpp"
#include "reprise/random/python_random.hpp"

namespace reprise {

struct Streams {
  PythonRandom python;  // layer seeds (keras random/seed_generator.py, make_default_seed)
  NumpyRandom numpy;    // order of the samples in an epoch (keras array_data_adapter.py)

  // keras.utils.set_random_seed(seed) restarts both.
  void set_random_seed(std::uint32_t seed) {
    python = PythonRandom(seed);
    numpy = NumpyRandom(seed);
  }
  // make_default_seed() of Keras: each random initializer without its own seed draws it once, when
  // its layer is constructed.
  std::uint32_t draw_default_seed() {
    return static_cast<std::uint32_t>(python.randint(1, 1'000'000'000));
  }
};

}  // namespace reprise
