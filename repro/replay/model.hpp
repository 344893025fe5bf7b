// The description of a model in a script, and the state that training changes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "reprise/random/philox.hpp"

namespace reprise::replay {

enum class ActivationKind { linear, relu, tanh, sigmoid, softmax };
enum class LossKind { binary_crossentropy, categorical_crossentropy, mse };
enum class MetricKind { accuracy, mae };

struct DenseLayer {
  std::size_t units = 0;
  ActivationKind activation = ActivationKind::linear;
  float l1 = 0, l2 = 0;  // kernel regularizer
};
struct DropoutLayer {
  double rate = 0;
};
using LayerSpec = std::variant<DenseLayer, DropoutLayer>;

struct CompileSpec {
  LossKind loss = LossKind::binary_crossentropy;
  MetricKind metric = MetricKind::accuracy;
  float learning_rate = 0.001f, rho = 0.9f;
  float epsilon = 1e-8f;  // added to the root: 1e-8 up to Keras 2.1.2, then 1e-7
};

// A Dense layer in training: the kernel (inputs x units, row-major) and the bias, and for each the
// moving average of squared gradients.
struct DenseState {
  DenseLayer spec;
  std::size_t inputs = 0;
  std::vector<float> kernel, bias, kernel_square, bias_square;
};
// A Dropout layer in training: the seed of its op and the current block of the op's counter.
struct DropoutState {
  double rate = 0;
  std::uint32_t op_seed = 0;
  std::uint64_t block = 0;
};
using LayerState = std::variant<DenseState, DropoutState>;

// TensorFlow reserves 256 Philox blocks for each element of a dropout mask, however many it uses
// (GuardedPhiloxRandom::ReserveRandomOutputs). It does so once in every training batch.
inline constexpr std::uint64_t kBlocksPerElement = 256;

struct Network {
  CompileSpec compiled;
  PhiloxFill fill;  // of the device; used for the masks, which are too small to have races
  std::vector<LayerState> layers;
};

// Returns the number of values of each kernel.
std::vector<std::size_t> kernel_sizes(std::span<const LayerSpec> layers, std::size_t inputs);

// Builds a model with Glorot-uniform kernels and zero biases. `op_seeds` has one seed per layer, in
// the order of the layers; `fill.outcomes` has the outcomes of the races of all kernels, in the
// same order.
Network build(std::span<const LayerSpec> layers, std::size_t inputs, const CompileSpec& compiled,
              std::span<const std::uint32_t> op_seeds, const PhiloxFill& fill);

}  // namespace reprise::replay
