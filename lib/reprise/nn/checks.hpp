// Checks that Keras makes when a layer, a regularizer, an initializer or an optimizer is
// constructed (its ValueErrors; keras/src, Keras 3.15.1).
#pragma once

#include "reprise/kernels/rules/gradient_clipping.hpp"
#include "reprise/kernels/rules/optimizer.hpp"
#include "reprise/nn/layers.hpp"

namespace reprise {

// Throws Error if a Dense has no units, a rate is outside [0, 1], a penalty is negative or not
// finite, or the scale of a VarianceScaling is not above 0.
void check(const Layer& layer);

// Throws Error if more than one clip is set under Keras 3's clipping, if SGD's momentum is outside
// [0, 1], or if Lion's beta_1 is outside (0, 1].
void check(const Optimizer& optimizer, ClipForm clipping);

}  // namespace reprise
