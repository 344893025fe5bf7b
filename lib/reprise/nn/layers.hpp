// Layers, as keras.layers names them: plain aggregates that say what a layer is.
#pragma once

#include <cstddef>
#include <variant>

#include "reprise/kernels/rules/activation.hpp"

namespace reprise {

// output = activation(input kernel + bias); kernel glorot_uniform, bias zeros
// (keras/src/layers/core/dense.py).
struct Dense {
  std::size_t units;
  Activation activation = linear;
};

using Layer = std::variant<Dense>;

}  // namespace reprise
