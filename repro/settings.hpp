// The settings of an experiment: the book's values, which its variations, later editions and the
// command line may change.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reprise/nn/layers.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise::book {

// From `low` up to `high`.
struct UniformRange {
  double low, high;
};

struct Settings {
  std::vector<std::size_t> units = {};                 // of each hidden layer
  Activation activation = relu;                        // of the hidden layers
  std::optional<Regularizer> kernel_regularizer = {};  // of the hidden layers
  double dropout = 0;  // rate of the Dropout after each hidden layer
  Optimizer optimizer = RMSprop{};
  Loss loss = BinaryCrossentropy{};
  std::vector<MetricArgument> metrics = {"accuracy"};
  int epochs = 0;  // 0: nothing is trained
  std::size_t batch_size = 1;
  double validation_split = 0;       // 0: the listing chooses its validation data
  std::optional<int> patience = {};  // of EarlyStopping on val_loss with Keras's defaults
  bool all_training_rows = false;    // train on all samples, without validation data
  double smoothing = 0.9;  // factor of the moving average of Boston's long curve; 0: no smoothing
  std::optional<UniformRange> initial_weights = {};  // of the kernels of networks written by hand
};

// Returns `settings` after `change` was applied to them.
template <class Change>
Settings with(Settings settings, Change change) {
  change(settings);
  return settings;
}

// Returns `settings` with hidden layers of these sizes.
Settings with_units(Settings settings, std::vector<std::size_t> units);

// The hidden layers, each followed by its Dropout if there is one. The listings add the output
// layer.
std::vector<Layer> hidden_layers(const Settings& settings);

// All settings as a JSON object, as records keep them (results/schema/run-2.json). Two Settings are
// equal if and only if their objects are equal.
nlohmann::json to_json(const Settings& settings);

// What differs between two settings as to_json returns them, one text for each: "units 64-64
// instead of 16-16", "dropout 0.3 instead of 0".
std::vector<std::string> differing_settings(const nlohmann::json& found,
                                            const nlohmann::json& expected);

// The hidden layers on one line: "16-16 relu, l2 0.001".
std::string model_line(const Settings& settings);

}  // namespace reprise::book
