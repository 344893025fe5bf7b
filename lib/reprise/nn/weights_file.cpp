// Weights as .npz files, and the callback that saves them. Part of the target reprise::data,
// because reprise::nn links no libzip.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

#include "reprise/core/error.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/npz_writer.hpp"
#include "reprise/nn/early_stopping.hpp"
#include "reprise/nn/network.hpp"

namespace reprise {

namespace {

// The bytes of a variable as values of type T.
template <class T>
std::vector<T> values_as(const Variable& variable) {
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

void Sequential::save_weights(const std::filesystem::path& file) const {
  if (network_ == nullptr) throw Error("save_weights: the model is not built yet");
  NpzWriter writer(file);
  for (const Variable& variable : variables()) {
    if (runtime_.options().floatx == Dtype::float64) {
      writer.add(variable.name, std::span<const double>(values_as<double>(variable)),
                 variable.shape);
    } else {
      writer.add(variable.name, std::span<const float>(values_as<float>(variable)), variable.shape);
    }
  }
  writer.finish();
}

void Sequential::load_weights(const std::filesystem::path& file) {
  const Npz npz(file);
  const std::vector<std::string> names = npz.names();
  const auto* first = std::get_if<Dense>(&layers_.front());
  if (network_ == nullptr && !names.empty() && first != nullptr) {
    const std::vector<std::size_t> shape = npz.array(names[0]).shape;
    if (shape.size() == 2 && shape[1] == first->units && shape[0] > 0) build(shape[0]);
  }
  const std::vector<Variable> own = variables();
  if (names.size() != own.size() || own.empty()) {
    throw Error(fmt::format("{}: found {} arrays, the model has {} variables{}",
                            printable(file.string()), names.size(), own.size(),
                            own.empty() ? ": not built yet" : ""));
  }
  std::vector<Matrix<double>> weights;
  for (std::size_t v = 0; v < own.size(); ++v) {
    const NpyArray array = npz.array(names[v]);
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

ModelCheckpoint::ModelCheckpoint(std::filesystem::path file, ModelCheckpointOptions options)
    : file_(std::move(file)),
      options_(std::move(options)),
      monitor_(options_.monitor, options_.mode, 0.0),
      best_(options_.initial_value_threshold) {}

void ModelCheckpoint::on_epoch_end(int, const Logs& logs) {
  if (options_.save_best_only) {
    const double value = monitor_.value_in(logs, *model_);
    if (!monitor_.improves(value, best_)) return;
    best_ = value;
  }
  model_->save_weights(file_);
}

}  // namespace reprise
