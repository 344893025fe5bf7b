// Losses and their gradients as Keras 2.0.8 to 2.2.4 composes them from TensorFlow 1's ops
// (keras/backend/tensorflow_backend.py; gradients: tensorflow/python/ops/math_grad.py, nn_grad.py),
// op by op in float32. The order of roundings is kept: where a probability is near 1, the choice
// between two algebraically equal forms changes the fourth decimal after some epochs.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "reprise/core/math.hpp"
#include "reprise/core/special.hpp"
#include "repro/replay/arithmetic.hpp"

namespace reprise::replay {

// K.epsilon() and 1 - K.epsilon(), which is 1 - 2^-23 in float32.
inline constexpr float kEpsilon = 1e-7f, kOneLess = 1.0f - kEpsilon;

// tf.clip_by_value. Its gradient is 1 on the closed interval, because the gradients of Minimum and
// Maximum give ties to x.
struct ClippedProbability {
  float value, slope;

  explicit ClippedProbability(float p)
      : value(std::max(std::min(p, kOneLess), kEpsilon)),
        slope(p >= kEpsilon && p <= kOneLess ? 1.0f : 0.0f) {}
};

// K.binary_crossentropy of one output: clips the probability, converts it back to the logit
// log(c / (1 - c)) and applies tf.nn.sigmoid_cross_entropy_with_logits.
struct BinaryCrossentropyOp {
  // Returns the loss and stores dL/dp in `gradient`; `upstream` is 1 / batch size.
  static float value(float t, float p, float upstream, float& gradient) {
    const ClippedProbability clipped(p);
    const float c = clipped.value, rest = 1.0f - c, odds = c / rest;
    const float x = math::log(odds);
    const bool positive = x >= 0.0f;
    const float e = math::exp(positive ? -x : x);
    const float loss = ((positive ? x : 0.0f) - x * t) + math::log1p(e);
    // dL/dx: AddN of the gradients through relu, product and log1p(exp(-|x|)), in that order
    const float through_exp = upstream * (1.0f / (1.0f + e)) * e;
    const float dx =
        positive ? (upstream - upstream * t) - through_exp : (0.0f - upstream * t) + through_exp;
    const float d_odds = dx * (1.0f / odds);
    const float d_rest = d_odds * (-c / rest / rest);
    gradient = clipped.slope * (d_odds / rest - d_rest);
    return loss;
  }
};

// K.categorical_crossentropy of one sample: c is p / sum(p), clipped; the loss is -sum(t log c).
template <class S>
struct CategoricalCrossentropyOp {
  static float value(std::span<const float> t, std::span<const float> p, float upstream,
                     std::span<float> gradient) {
    const std::size_t n = p.size();
    const float sum = static_cast<float>(S::of(n, [&](std::size_t j) { return p[j]; }));
    typename S::Accumulator loss = 0, d_sum = 0;
    S::each(n, [&](std::size_t j) {
      if (t[j] == 0.0f) {  // most targets are 0: no loss and no gradient
        gradient[j] = 0.0f;
        return;
      }
      const ClippedProbability clipped(p[j] / sum);
      loss += t[j] * math::log(clipped.value);
      const float dq = clipped.slope * (-upstream * t[j] * (1.0f / clipped.value));
      gradient[j] = dq / sum;
      d_sum += dq * (-p[j] / sum / sum);
    });
    const float shared = static_cast<float>(d_sum);
    for (float& g : gradient) g += shared;
    return -static_cast<float>(loss);
  }
};

// K.mean(K.square(p - t)) of one output.
struct MeanSquaredErrorOp {
  static float value(float t, float p, float upstream, float& gradient) {
    const float d = p - t;
    gradient = upstream * (2.0f * d);
    return d * d;
  }
};

}  // namespace reprise::replay
