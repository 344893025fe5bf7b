// What of an experiment is settled beside its listing: the book's values, and what its variations,
// its later editions and the command line put in their place.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reprise/nn/layers.hpp"
#include "reprise/nn/sequential.hpp"

namespace reprise::book {

struct Settings {
  std::vector<std::size_t> units = {};                 // of the hidden layers, one after another
  Activation activation = relu;                        // of the hidden layers
  std::optional<Regularizer> kernel_regularizer = {};  // of the hidden layers
  double dropout = 0;                                  // the rate after each hidden layer
  Optimizer optimizer = RMSprop{};
  Loss loss = BinaryCrossentropy{};
  std::vector<MetricArgument> metrics = {"accuracy"};
  int epochs = 0;  // 0: nothing is trained
  std::size_t batch_size = 1;
  double validation_split = 0;     // 0: the listing's own validation data
  bool all_training_rows = false;  // no validation data are set apart
  double smoothing = 0.9;          // factor of the moving average of Boston's long curve; 0: none
};

// `settings` after `change`.
template <class Change>
Settings with(Settings settings, Change change) {
  change(settings);
  return settings;
}

// `settings` with other hidden layers.
Settings with_units(Settings settings, std::vector<std::size_t> units);

// The hidden layers as these settings want them, each with its Dropout: the listings add the
// output.
std::vector<Layer> hidden_layers(const Settings& settings);

// All of it as words, for records, keys and tables: {"units": "16, 16", "optimizer": "rmsprop",
// ...}. Two settings are the same if and only if their words are.
std::map<std::string, std::string> words_of(const Settings& settings);

// The network in a line: "16-16 relu, l2 0.001". Without the output layer.
std::string model_line(const Settings& settings);

}  // namespace reprise::book
