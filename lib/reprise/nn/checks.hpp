// What Keras refuses when a layer, a regularizer, an initializer or an optimizer is constructed
// (its ValueErrors; keras/src, Keras 3.15.1).
#pragma once

#include "reprise/kernels/rules/gradient_clipping.hpp"
#include "reprise/kernels/rules/optimizer.hpp"
#include "reprise/nn/layers.hpp"

namespace reprise {

// Throws Error for a Dense of no units, a rate outside [0, 1], a penalty that is negative or not
// finite, a variance whose scale is not above 0.
void check(const Layer& layer);

// Throws Error for more than one clip where they are Keras 3's, a momentum of SGD outside [0, 1], a
// beta_1 of Lion outside (0, 1].
void check(const Optimizer& optimizer, ClipForm clipping);

}  // namespace reprise
