// Callbacks that watch for the best epoch: one stops training, one saves the weights.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "reprise/core/matrix.hpp"
#include "reprise/nn/callback.hpp"
#include "reprise/nn/monitor.hpp"

namespace reprise {

// The parameters of keras.callbacks.EarlyStopping with Keras's defaults.
struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0.0;  // smaller changes do not count as improvements
  int patience = 0;        // number of epochs without improvement after which training stops
  Mode mode = Mode::automatic;
  std::optional<double> baseline = {};  // value to beat within `patience` epochs
  bool restore_best_weights = false;    // at the end of training
  int start_from_epoch = 0;             // from 0; earlier epochs are not watched
};

// keras/src/callbacks/early_stopping.py, Keras 3.15.1
class EarlyStopping final : public Callback {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options = {});

  bool wants_batches() const override { return false; }
  void on_train_begin(const FitInfo& fit) override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  void on_train_end(const Sequential& model, const History& history) override;

  // Epochs of the last fit, from 0: the one after which it was stopped (empty if it ran to its end)
  // and the best one.
  std::optional<int> stopped_epoch() const { return stopped_epoch_; }
  int best_epoch() const { return best_epoch_; }

 private:
  EarlyStoppingOptions options_;
  Monitor monitor_;
  Sequential* model_ = nullptr;
  int wait_ = 0, best_epoch_ = 0;
  std::optional<int> stopped_epoch_;
  std::optional<double> best_;
  std::vector<Matrix<double>> best_weights_;
};

// keras.callbacks.ModelCheckpoint for weights: saves them with Sequential::save_weights after each
// epoch, or with save_best_only after each epoch in which `monitor` improved. Needs the CMake
// target reprise::data.
struct ModelCheckpointOptions {
  std::string monitor = "val_loss";
  bool save_best_only = false;
  Mode mode = Mode::automatic;
  std::optional<double> initial_value_threshold = {};  // value to beat for the first save
};

class ModelCheckpoint final : public Callback {
 public:
  explicit ModelCheckpoint(std::filesystem::path file, ModelCheckpointOptions options = {});

  void on_train_begin(const FitInfo& fit) override { model_ = &fit.model; }
  void on_epoch_end(int epoch, const Logs& logs) override;

 private:
  std::filesystem::path file_;
  ModelCheckpointOptions options_;
  Monitor monitor_;
  Sequential* model_ = nullptr;
  std::optional<double> best_;
};

}  // namespace reprise
