// Part of the target reprise::data, as Sequential::save_weights is.
#include "reprise/nn/early_stopping.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise {

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
