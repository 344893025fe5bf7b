#include "repro/replay/model.hpp"

#include <algorithm>
#include <cmath>

namespace reprise::replay {

namespace {

// keras/initializers.py, VarianceScaling: s = 1 / max(1, (fan_in + fan_out) / 2), limit sqrt(3 s).
double glorot_limit(std::size_t inputs, std::size_t units) {
  const double scale = 1.0 / std::max(1.0, static_cast<double>(inputs + units) / 2.0);
  return std::sqrt(3.0 * scale);
}

}  // namespace

std::vector<std::size_t> kernel_sizes(std::span<const LayerSpec> layers, std::size_t inputs) {
  std::vector<std::size_t> sizes;
  for (const LayerSpec& layer : layers) {
    if (const auto* dense = std::get_if<DenseLayer>(&layer)) {
      sizes.push_back(inputs * dense->units);
      inputs = dense->units;
    }
  }
  return sizes;
}

Network build(std::span<const LayerSpec> layers, std::size_t inputs, const CompileSpec& compiled,
              std::span<const std::uint32_t> op_seeds, const PhiloxFill& fill) {
  Network network{compiled, {fill.threads, {}}, {}};
  std::size_t raced = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (const auto* dropout = std::get_if<DropoutLayer>(&layers[i])) {
      network.layers.emplace_back(DropoutState{dropout->rate, op_seeds[i]});
      continue;
    }
    const auto& dense = std::get<DenseLayer>(layers[i]);
    DenseState state{dense, inputs, {}, {}, {}, {}};
    state.kernel.resize(inputs * dense.units);
    state.kernel_square.resize(state.kernel.size());
    state.bias.resize(dense.units);
    state.bias_square.resize(dense.units);
    const auto first = fill.outcomes.begin() + static_cast<std::ptrdiff_t>(raced);
    raced += fill.races(state.kernel.size());
    const PhiloxFill own{fill.threads,
                         {first, fill.outcomes.begin() + static_cast<std::ptrdiff_t>(raced)}};
    const double limit = glorot_limit(inputs, dense.units);
    tensorflow_uniform(op_seeds[i], -limit, limit, own, state.kernel);
    network.layers.emplace_back(std::move(state));
    inputs = dense.units;
  }
  return network;
}

}  // namespace reprise::replay
