// The random streams that a Keras process has: one object per emulated process owns them, nothing
// is global. All draws of a run come from here, in the order in which Keras makes them.
#pragma once

#include <cstdint>

#include "reprise/random/numpy_random.hpp"
#include "reprise/random/python_random.hpp"

namespace reprise {

struct Streams {
  PythonRandom python;  // seeds of layers (keras random/seed_generator.py, make_default_seed)
  NumpyRandom numpy;    // order of batches (keras array_data_adapter.py)

  // keras.utils.set_random_seed(seed) restarts both.
  void set_random_seed(std::uint32_t seed) {
    python = PythonRandom(seed);
    numpy = NumpyRandom(seed);
  }
  // keras's make_default_seed(): drawn once by each random initializer without a seed of its own,
  // when its layer is constructed.
  std::uint32_t draw_default_seed() {
    return static_cast<std::uint32_t>(python.randint(1, 1'000'000'000));
  }
};

}  // namespace reprise
