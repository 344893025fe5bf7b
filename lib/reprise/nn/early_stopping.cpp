#include "reprise/nn/early_stopping.hpp"

#include "reprise/nn/sequential.hpp"

namespace reprise {

EarlyStopping::EarlyStopping(EarlyStoppingOptions options)
    : options_(std::move(options)), monitor_(options_.monitor, options_.mode, options_.min_delta) {}

void EarlyStopping::on_train_begin(const FitInfo& fit) {
  model_ = &fit.model;
  wait_ = best_epoch_ = 0;
  stopped_epoch_.reset();
  best_.reset();
  best_weights_.clear();
}

void EarlyStopping::on_epoch_end(int epoch, const Logs& logs) {
  const double value = monitor_.value_in(logs, *model_);
  if (epoch < options_.start_from_epoch) return;
  if (options_.restore_best_weights && best_weights_.empty()) {
    best_weights_ = model_->get_weights();
    best_epoch_ = epoch;
  }
  ++wait_;
  if (monitor_.improves(value, best_)) {
    best_ = value;
    best_epoch_ = epoch;
    if (options_.restore_best_weights) best_weights_ = model_->get_weights();
    // patience starts anew only if the value also beats the baseline
    if (monitor_.improves(value, options_.baseline)) wait_ = 0;
    return;
  }
  if (wait_ >= options_.patience && epoch > 0) {
    stopped_epoch_ = epoch;
    model_->stop_training();
  }
}

void EarlyStopping::on_train_end(const Sequential&, const History&) {
  if (!best_weights_.empty()) model_->set_weights(best_weights_);
}

}  // namespace reprise
