// Sequential's weights: got, set, saved and loaded.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

#include "reprise/core/error.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/npz_writer.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise {

namespace {

// The stored bytes of a variable as numbers of type T.
template <class T>
std::vector<T> stored(const Variable& variable) {
  std::vector<T> values(variable.bytes.size() / sizeof(T));
  std::memcpy(values.data(), variable.bytes.data(), variable.bytes.size());
  return values;
}

Matrix<double> as_matrix(const NpyArray& array) {
  const std::vector<double> values = array.as_doubles();
  Matrix<double> matrix(array.shape.size() == 2 ? array.shape[0] : 1, array.shape.back());
  std::memcpy(matrix.view().data, values.data(), values.size() * sizeof(double));
  return matrix;
}

}  // namespace

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

void Sequential::save_weights(const std::filesystem::path& file) const {
  if (network_ == nullptr) throw Error("save_weights: the model is not built yet");
  NpzWriter writer(file);
  for (const Variable& variable : variables()) {
    if (process_.options().floatx == Dtype::float64) {
      writer.add(variable.name, std::span<const double>(stored<double>(variable)), variable.shape);
    } else {
      writer.add(variable.name, std::span<const float>(stored<float>(variable)), variable.shape);
    }
  }
  writer.finish();
}

void Sequential::load_weights(const std::filesystem::path& file) {
  const Npz npz(file);
  std::vector<NpyArray> arrays;
  for (const std::string& name : npz.names()) arrays.push_back(npz.array(name));
  const auto* first = std::get_if<Dense>(&layers_.front());
  if (network_ == nullptr && !arrays.empty() && arrays[0].shape.size() == 2 && first != nullptr &&
      arrays[0].shape[1] == first->units && arrays[0].shape[0] > 0) {
    build(arrays[0].shape[0]);
  }
  const std::vector<Variable> own = variables();
  if (arrays.size() != own.size() || own.empty()) {
    throw Error(fmt::format("{}: found {} arrays, the model has {} variables{}", file.string(),
                            arrays.size(), own.size(), own.empty() ? ": not built yet" : ""));
  }
  std::vector<Matrix<double>> weights;
  for (std::size_t v = 0; v < own.size(); ++v) {
    const NpyArray& array = arrays[v];
    if (array.shape != own[v].shape || (array.descr != "<f4" && array.descr != "<f8")) {
      throw Error(
          fmt::format("{}: found '{}' of shape ({}), expected '<f4' or '<f8' of shape ({}) "
                      "for '{}'",
                      array.name, array.descr, fmt::join(array.shape, ", "),
                      fmt::join(own[v].shape, ", "), own[v].name));
    }
    weights.push_back(as_matrix(array));
  }
  network_->set_weights(weights);
}

}  // namespace reprise
