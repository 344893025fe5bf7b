// The list of cases: what benchmarks time and tests hold backends to. Adding one is a line in
// cases.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/nn/activations.hpp"

namespace reprise::bench {

// Where the samples of a first layer come from; `random` is for what a hidden layer gets.
enum class Samples { random, imdb, reuters, mnist, boston };

// y = activation(x kernel + bias) of one batch: x (batch, inputs), kernel (inputs, units).
struct LayerCase {
  std::string name;             // "imdb_1": the first layer of the book's network of that name
  std::string_view experiment;  // of the catalogue, or "" for a sweep
  std::size_t batch, inputs, units;
  Activation activation;
  Samples samples = Samples::random;

  bool first() const { return samples != Samples::random; }
  bool sparse() const { return samples == Samples::imdb || samples == Samples::reuters; }
};

// The layers of the book's networks at the book's batch sizes, in the book's order.
const std::vector<LayerCase>& book_layers();

// A hidden layer of 64 to 64 units over batches, and a batch of 128 over square layers.
const std::vector<LayerCase>& sweep_layers();

// The losses of the book's networks over one batch: predictions (batch, units).
struct LossCase {
  std::string name;  // "imdb", "sweep_b2048"
  std::string_view loss;
  std::size_t batch, units;
};
const std::vector<LossCase>& loss_cases();

// What an optimizer goes over: the variables of a network, sizes in Keras's order (W1, b1, ...).
struct WeightsCase {
  std::string name;  // "bias_16", "imdb", "sweep_10M"
  std::vector<std::size_t> variables;

  std::size_t weights() const;
};
const std::vector<WeightsCase>& weights_cases();

// Throws Error (exit code 2) with the known names if there is no such layer.
const LayerCase& find_layer(std::string_view name);

}  // namespace reprise::bench
