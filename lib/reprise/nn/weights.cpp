// Sequential's weights in memory; weights_file.cpp saves and loads them.
#include <fmt/format.h>

#include "reprise/core/error.hpp"
#include "reprise/nn/network.hpp"

namespace reprise {

std::vector<Variable> Sequential::variables() const {
  return network_ == nullptr ? std::vector<Variable>{} : network_->variables();
}

std::vector<Matrix<double>> Sequential::get_weights() const {
  std::vector<Matrix<double>> weights;
  for (Variable& variable : variables()) weights.push_back(std::move(variable.values));
  return weights;
}

void Sequential::set_weights(const std::vector<Matrix<double>>& weights) {
  if (network_ == nullptr) throw Error("set_weights: the model is not built yet");
  const std::vector<Variable> own = variables();
  if (weights.size() != own.size()) {
    throw Error(
        fmt::format("set_weights: found {} arrays, expected {}", weights.size(), own.size()));
  }
  for (std::size_t v = 0; v < own.size(); ++v) {
    const std::size_t rows = own[v].values.rows(), cols = own[v].values.cols();
    if (weights[v].rows() == rows && weights[v].cols() == cols) continue;
    throw Error(fmt::format("set_weights: found {} x {} for '{}', expected {} x {}",
                            weights[v].rows(), weights[v].cols(), own[v].name, rows, cols));
  }
  network_->set_weights(weights);
}

}  // namespace reprise
