// The cases that the benchmarks time and that tests verify on every backend. To add a case, add a
// line to cases.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/nn/activations.hpp"

namespace reprise::bench {

// The data set that a first layer gets its samples from; hidden layers get random values. The
// samples of a network that the user describes are made (harness/own_network.hpp).
enum class Samples { random, imdb, reuters, mnist, boston, own_dense, own_sparse };

// y = activation(x kernel + bias) of one batch: x (batch, inputs), kernel (inputs, units).
struct LayerCase {
  std::string name;             // "imdb_1": the first layer of the book's network of that name
  std::string_view experiment;  // its name in the catalogue, or "" in a sweep
  std::size_t batch, inputs, units;
  Activation activation;
  Samples samples = Samples::random;

  bool first() const { return samples != Samples::random; }
  bool sparse() const {
    return samples == Samples::imdb || samples == Samples::reuters ||
           samples == Samples::own_sparse;
  }
};

// The layers of the book's networks at the book's batch sizes, in the book's order.
const std::vector<LayerCase>& book_layers();

// A hidden layer of 64 units with 64 inputs at several batch sizes, and square layers of several
// sizes at batch size 128.
const std::vector<LayerCase>& sweep_layers();

// How many units a square layer needs so that its kernel and the gradient together take half as
// much memory again as the last-level caches. These count as 8 to 64 MB: some systems do not tell
// their size, and some virtual machines tell that of the whole host.
std::size_t units_beyond_cache(std::size_t cache_bytes);

// A layer of that size at batch size 8, named for it: "beyond_cache_2560".
const LayerCase& beyond_cache();

// The losses of the book's networks over one batch: predictions (batch, units).
struct LossCase {
  std::string name;  // "imdb", "sweep_b2048"
  std::string_view loss;
  std::size_t batch, units;
};
const std::vector<LossCase>& loss_cases();

// The variables that an optimizer updates.
struct WeightsCase {
  std::string name;                    // "bias_16", "imdb", "sweep_10M"
  std::vector<std::size_t> variables;  // sizes in Keras's order (W1, b1, ...)

  std::size_t weights() const;
};
const std::vector<WeightsCase>& weights_cases();

// Work that grows in one direction, from the smallest size to the largest.
struct Growth {
  std::string name;   // "batch"
  std::string about;  // for titles
  std::vector<std::size_t> sizes;
  double (*elements)(std::size_t size);  // of a run
};
const std::vector<Growth>& growths();

// What stays the same as `batch` and `width` grow, and as `vocabulary` and `rows` do.
inline constexpr std::size_t kGrowthUnits = 64, kGrowthBatch = 128;
inline constexpr std::size_t kGrowthSparseUnits = 16, kGrowthSparseBatch = 512, kGrowthOnes = 128,
                             kGrowthRows = 4096, kGrowthVocabulary = 10000;

// Throws Error (exit code 2) with the known names if there is no such layer.
const LayerCase& find_layer(std::string_view name);

}  // namespace reprise::bench
