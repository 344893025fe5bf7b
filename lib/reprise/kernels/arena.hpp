// A network's variables are views into one contiguous array, the arena.
#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

#include "reprise/kernels/plan.hpp"

namespace reprise {

template <class T>
std::size_t units_of(const LayerDescription<T>& layer) {
  if (const auto* dense = std::get_if<DenseDescription<T>>(&layer)) return dense->kernel.cols;
  return std::get<DropoutDescription>(layer).units;
}

// The network's layers with their views moved to `arena`, another array of the same size, such as
// the gradients.
template <class T>
std::vector<LayerDescription<T>> layers_in(const NetworkDescription<T>& network,
                                           std::span<T> arena) {
  std::vector<LayerDescription<T>> layers = network.layers;
  const auto moved = [&](const T* from) {
    return arena.data() + (from - network.variables.data());
  };
  for (auto& layer : layers) {
    auto* dense = std::get_if<DenseDescription<T>>(&layer);
    if (dense == nullptr) continue;
    dense->kernel.data = moved(dense->kernel.data);
    if (!dense->bias.empty()) dense->bias = {moved(dense->bias.data()), dense->bias.size()};
  }
  return layers;
}

// One span per variable, in Keras's order.
template <class T>
std::vector<std::span<T>> variables_of(const std::vector<LayerDescription<T>>& layers) {
  std::vector<std::span<T>> variables;
  for (const auto& layer : layers) {
    const auto* dense = std::get_if<DenseDescription<T>>(&layer);
    if (dense == nullptr) continue;
    variables.push_back(dense->kernel.flat());
    if (!dense->bias.empty()) variables.push_back(dense->bias);
  }
  return variables;
}

}  // namespace reprise
