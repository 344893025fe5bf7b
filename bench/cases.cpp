#include "bench/cases.hpp"

#include <algorithm>
#include <numeric>

#include "reprise/core/caches.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/suggest.hpp"

namespace reprise::bench {

const std::vector<LayerCase>& book_layers() {
  static const std::vector<LayerCase> list{
      {"mnist_1", "mnist", 128, 784, 512, relu, Samples::mnist},
      {"mnist_2", "mnist", 128, 512, 10, softmax},
      {"imdb_1", "imdb", 512, 10000, 16, relu, Samples::imdb},
      {"imdb_2", "imdb", 512, 16, 16, relu},
      {"imdb_3", "imdb", 512, 16, 1, sigmoid},
      {"reuters_1", "reuters", 512, 10000, 64, relu, Samples::reuters},
      {"reuters_2", "reuters", 512, 64, 64, relu},
      {"reuters_3", "reuters", 512, 64, 46, softmax},
      {"boston_1", "boston_kfold", 1, 13, 64, relu, Samples::boston},
      {"boston_2", "boston_kfold", 1, 64, 64, relu},
      {"boston_3", "boston_kfold", 1, 64, 1, linear},
  };
  return list;
}

const std::vector<LayerCase>& sweep_layers() {
  static const std::vector<LayerCase> list = [] {
    std::vector<LayerCase> all;
    for (const std::size_t batch : {1, 8, 32, 128, 512, 2048}) {
      all.push_back({"sweep_b" + std::to_string(batch), "", batch, 64, 64, relu});
    }
    for (const std::size_t size : {16, 64, 256, 1024}) {
      all.push_back({"sweep_n" + std::to_string(size), "", 128, size, size, relu});
    }
    return all;
  }();
  return list;
}

std::size_t units_beyond_cache(std::size_t cache_bytes) {
  const std::size_t cache = std::clamp(cache_bytes, std::size_t{8} << 20, std::size_t{64} << 20);
  std::size_t units = 1024;
  while (2 * sizeof(float) * units * units < cache + cache / 2) units += 512;
  return units;
}

const LayerCase& beyond_cache() {
  static const LayerCase layer = [] {
    const std::size_t size = units_beyond_cache(last_cache_bytes());
    return LayerCase{"beyond_cache_" + std::to_string(size), "", 8, size, size, relu};
  }();
  return layer;
}

const std::vector<LossCase>& loss_cases() {
  static const std::vector<LossCase> list{
      {"imdb", "binary_crossentropy", 512, 1},
      {"reuters", "categorical_crossentropy", 512, 46},
      {"reuters_sparse", "sparse_categorical_crossentropy", 512, 46},
      {"mnist", "categorical_crossentropy", 128, 10},
      {"mnist_sparse", "sparse_categorical_crossentropy", 128, 10},
      {"sweep_b16", "categorical_crossentropy", 16, 46},
      {"sweep_b4096", "categorical_crossentropy", 4096, 46},
      {"sweep_n1000", "categorical_crossentropy", 128, 1000},
  };
  return list;
}

std::size_t WeightsCase::weights() const {
  return std::accumulate(variables.begin(), variables.end(), std::size_t{0});
}

const std::vector<WeightsCase>& weights_cases() {
  static const std::vector<WeightsCase> list = [] {
    std::vector<WeightsCase> all{{"bias_16", {16}}};
    // the book's networks, composed of their layers
    for (const std::string name : {"boston", "imdb", "mnist", "reuters"}) {
      WeightsCase network{name, {}};
      for (const LayerCase& layer : book_layers()) {
        if (!layer.name.starts_with(name + "_")) continue;
        network.variables.push_back(layer.inputs * layer.units);
        network.variables.push_back(layer.units);
      }
      all.push_back(network);
    }
    all.push_back({"sweep_1k", {1000}});
    all.push_back({"sweep_100k", {100000}});
    all.push_back({"sweep_10M", {10000000}});
    return all;
  }();
  return list;
}

namespace {

// An epoch gathers and scatters each one of the samples, and each of its steps updates each weight.
double sparse_elements(std::size_t rows, std::size_t vocabulary) {
  const std::size_t steps = (rows + kGrowthSparseBatch - 1) / kGrowthSparseBatch;
  return static_cast<double>(kGrowthSparseUnits * (2 * rows * kGrowthOnes + steps * vocabulary));
}

}  // namespace

const std::vector<Growth>& growths() {
  static const std::vector<Growth> list{
      {"batch",
       "a step of 64 x 64 units: time per multiply-add",
       {1, 4, 16, 64, 256, 1024, 4096},
       [](std::size_t batch) {
         return 3.0 * static_cast<double>(batch * kGrowthUnits * kGrowthUnits);
       }},
      {"width",
       "a step of a square layer, batch 128: time per multiply-add",
       {16, 64, 256, 1024, 4096},
       [](std::size_t width) { return 3.0 * static_cast<double>(kGrowthBatch * width * width); }},
      {"vocabulary",
       "an epoch of sparse samples, 16 units: time per one and weight",
       {1000, 3000, 10000, 30000, 100000},
       [](std::size_t vocabulary) { return sparse_elements(kGrowthRows, vocabulary); }},
      {"rows",
       "an epoch of sparse samples of 10,000 words: time per one and weight",
       {512, 2048, 8192, 32768},
       [](std::size_t rows) { return sparse_elements(rows, kGrowthVocabulary); }},
  };
  return list;
}

const LayerCase& find_layer(std::string_view name) {
  std::vector<std::string> known;
  for (const auto* list : {&book_layers(), &sweep_layers()}) {
    for (const LayerCase& layer : *list) {
      if (layer.name == name) return layer;
      known.push_back(layer.name);
    }
  }
  known.push_back(beyond_cache().name);
  if (name == known.back()) return beyond_cache();
  throw Error("case: " + unknown_name(name, known));
}

}  // namespace reprise::bench
