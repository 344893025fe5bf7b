// Dropout's mask, with the same bits as Keras 3 on JAX (keras/src/backend/jax/random.py, dropout).
#pragma once

#include <cstdint>
#include <span>

#include "reprise/kernels/plan.hpp"
#include "reprise/random/threefry.hpp"

namespace reprise {

// factors[i] = 1 / (1 - rate) or 0 for element i, row-major, of a training batch. `batch` counts
// the training batches since the model was created, from 0. Keras divides by 1 - rate; XLA turns
// that into a multiplication by the reciprocal.
template <class T>
void draw_dropout(const DropoutDescription& dropout, std::uint32_t batch, std::span<T> factors) {
  const T keep = static_cast<T>(1.0 - dropout.rate);
  threefry_unit(ThreefryKey{dropout.seed, batch}, factors);
  for (T& u : factors) u = u < keep ? T(1) / keep : T(0);
}

// out = in * factor, or 0 where the factor is 0, even if `in` is infinite. Serves both passes: x to
// y, and dy to dx.
template <class T>
void apply_dropout(std::span<const T> factors, std::span<const T> in, std::span<T> out) {
  for (std::size_t i = 0; i < in.size(); ++i)
    out[i] = factors[i] == T(0) ? T(0) : in[i] * factors[i];
}

}  // namespace reprise
