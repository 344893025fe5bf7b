// Layers, named as in keras.layers: plain aggregates that describe a layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "reprise/kernels/rules/regularizer.hpp"
#include "reprise/nn/activations.hpp"
#include "reprise/nn/initializers.hpp"

namespace reprise {

// output = activation(input kernel + bias) (keras/src/layers/core/dense.py). Input (batch, inputs),
// kernel (inputs, units), bias (units), output (batch, units).
struct Dense {
  static constexpr std::string_view name = "dense";
  std::size_t units;
  ActivationArgument activation = linear;
  bool use_bias = true;
  Initializer kernel_initializer = GlorotUniform{};
  Initializer bias_initializer = Zeros{};
  std::optional<Regularizer> kernel_regularizer = {};
  std::optional<Regularizer> bias_regularizer = {};
  // The penalty on the output, divided by the number of samples in the batch.
  std::optional<Regularizer> activity_regularizer = {};
};

// In training, sets each input to 0 with probability `rate` and divides it by 1 - rate otherwise;
// elsewhere passes the input through (keras/src/layers/regularization/dropout.py). 0 <= rate <= 1.
struct Dropout {
  static constexpr std::string_view name = "dropout";
  double rate;
  std::optional<std::uint32_t> seed = {};  // default: drawn from the runtime's Python stream
};

using Layer = std::variant<Dense, Dropout>;

}  // namespace reprise
