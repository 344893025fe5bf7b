// Layers, as keras.layers names them: plain aggregates that say what a layer is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "reprise/kernels/rules/activation.hpp"
#include "reprise/kernels/rules/regularizer.hpp"
#include "reprise/nn/initializers.hpp"

namespace reprise {

// output = activation(input kernel + bias) (keras/src/layers/core/dense.py). Input (batch, inputs),
// kernel (inputs, units), bias and output (batch, units).
struct Dense {
  static constexpr std::string_view name = "dense";
  std::size_t units;
  Activation activation = linear;
  bool use_bias = true;
  Initializer kernel_initializer = GlorotUniform{};
  Initializer bias_initializer = Zeros{};
  std::optional<Regularizer> kernel_regularizer = {};
  std::optional<Regularizer> bias_regularizer = {};
  std::optional<Regularizer> activity_regularizer =
      {};  // of the output, divided by the batch's rows
};

// While training each input is 0 with probability `rate`, else divided by 1 - rate; otherwise the
// input itself (keras/src/layers/regularization/dropout.py). 0 <= rate <= 1.
struct Dropout {
  static constexpr std::string_view name = "dropout";
  double rate;
  std::optional<std::uint32_t> seed = {};  // default: drawn from the process's Python stream
};

using Layer = std::variant<Dense, Dropout>;

}  // namespace reprise
