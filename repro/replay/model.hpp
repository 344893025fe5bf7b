// What a script says of a model, and the state that its training changes.
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
  float l1 = 0, l2 = 0;  // of the kernel
};
struct DropoutLayer {
  double rate = 0;
};
using LayerLine = std::variant<DenseLayer, DropoutLayer>;

struct Compiled {
  LossKind loss = LossKind::binary_crossentropy;
  MetricKind metric = MetricKind::accuracy;
  float learning_rate = 0.001f, rho = 0.9f;
  float epsilon = 1e-8f;  // outside the root: 1e-8 up to Keras 2.1.2, then 1e-7
};

// A Dense layer while it is trained: kernel (inputs x units, row-major) and bias, the moving mean
// of squared gradients of each.
struct DenseState {
  DenseLayer line;
  std::size_t inputs = 0;
  std::vector<float> kernel, bias, kernel_square, bias_square;
};
// A Dropout layer: the seed of its op, and how far the op's counter has come.
struct DropoutState {
  double rate = 0;
  std::uint32_t op_seed = 0;
  std::uint64_t block = 0;
};
using LayerState = std::variant<DenseState, DropoutState>;

// TensorFlow reserves 256 blocks for each element of a dropout mask, whatever it takes
// (GuardedPhiloxRandom::ReserveRandomOutputs), once an executed training batch.
inline constexpr std::uint64_t kBlocksPerElement = 256;

struct Network {
  Compiled compiled;
  PhiloxFill fill;  // of the device, for the masks; they are below its races
  std::vector<LayerState> layers;
};

// The number of values of each kernel.
std::vector<std::size_t> kernel_sizes(std::span<const LayerLine> layers, std::size_t inputs);

// A model as it is built: Glorot-uniform kernels, zero biases. One op seed a layer, in their order;
// `fill.outcomes` holds those of all kernels' races, one kernel after another.
Network build(std::span<const LayerLine> layers, std::size_t inputs, const Compiled& compiled,
              std::span<const std::uint32_t> op_seeds, const PhiloxFill& fill);

}  // namespace reprise::replay
