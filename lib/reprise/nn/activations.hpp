// Activations by name, as keras.activations: Dense{16, relu}, Dense{1, sigmoid}.
#pragma once

#include "reprise/kernels/rules/activation.hpp"

namespace reprise {

inline constexpr Linear linear;
inline constexpr Relu relu;
inline constexpr Sigmoid sigmoid;
inline constexpr Softmax softmax;
inline constexpr LeakyRelu leaky_relu;
inline constexpr Relu6 relu6;
inline constexpr Elu elu;
inline constexpr Selu selu;
inline constexpr Celu celu;
inline constexpr Softplus softplus;
inline constexpr Softsign softsign;
inline constexpr Silu silu;
inline constexpr Gelu gelu;
inline constexpr Mish mish;
inline constexpr Exponential exponential;
inline constexpr HardSigmoid hard_sigmoid;
inline constexpr HardSilu hard_silu;
inline constexpr HardTanh hard_tanh;
inline constexpr LogSigmoid log_sigmoid;
inline constexpr TanhShrink tanh_shrink;
inline constexpr LogSoftmax log_softmax;

// <cmath> declares functions ::tanh, which would make a constant of that name ambiguous under
// `using namespace reprise`. A function instead joins their overload set, and ActivationArgument
// selects it by its type. It is never called and has no definition.
class ByName;
Tanh tanh(ByName);

// An Activation that also accepts the name `tanh`.
struct ActivationArgument : Activation {
  using Activation::Activation;
  ActivationArgument(const Activation& activation) : Activation(activation) {}
  ActivationArgument(Tanh (*)(ByName)) : Activation(Tanh{}) {}
};

}  // namespace reprise
