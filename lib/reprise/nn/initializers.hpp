// How kernels begin (keras/src/initializers/random_initializers.py, Keras 3.15.1, JAX).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "reprise/core/matrix.hpp"
#include "reprise/random/threefry.hpp"

namespace reprise {

// Uniform in [-limit, limit) with limit = sqrt(3 / mean(fan_in, fan_out)) (Glorot and Bengio 2010,
// eq. 16); fans are the kernel's shape. The order of operations is Keras's: it decides the last
// bit.
template <class T>
void glorot_uniform(std::uint32_t seed, MatrixView<T> kernel) {
  const double fans = static_cast<double>(kernel.rows + kernel.cols) / 2.0;
  const double scale = 1.0 / std::max(1.0, fans);
  threefry_uniform(ThreefryKey{seed, 0}, std::sqrt(3.0 * scale), kernel.flat());
}

}  // namespace reprise
