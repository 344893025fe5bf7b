#include "bench/harness/samples.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <tuple>
#include <utility>

#include "reprise/data/boston_housing.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/mnist.hpp"
#include "reprise/data/normalize.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/vectorize.hpp"

namespace reprise::bench {

namespace {

constexpr int kNumWords = 10000;

TrainingSet load(Samples samples, const DataSource& source) {
  if (samples == Samples::imdb) {
    const auto [train, test] = imdb::load_data(source, {.num_words = kNumWords});
    return {multi_hot(train.sequences, kNumWords), {}, as_column(train.labels)};
  }
  if (samples == Samples::reuters) {
    const auto [train, test] = reuters::load_data(source, {.num_words = kNumWords});
    return {multi_hot(train.sequences, kNumWords), {}, to_categorical(train.labels)};
  }
  if (samples == Samples::mnist) {
    const auto [train, test] = mnist::load_data(source);
    return {Csr(), mnist::scaled(train.images), to_categorical(train.labels)};
  }
  auto [train, test] = boston_housing::load_data(source);
  measure(train.x).apply(train.x.view());
  return {Csr(), converted<float, double>(train.x), converted<float, double>(train.y)};
}

}  // namespace

std::string file_of(Samples samples) {
  switch (samples) {
    case Samples::imdb: return "imdb.npz";
    case Samples::reuters: return "reuters.npz";
    case Samples::mnist: return "mnist.npz";
    case Samples::boston: return "boston_housing.npz";
    case Samples::random: break;
  }
  return "";
}

SampleStore::SampleStore(const Options& options)
    : real_({.data_dir = options.data_dir}), standin_({.standin = true}) {
  for (const Samples samples : {Samples::imdb, Samples::reuters, Samples::mnist, Samples::boston}) {
    is_standin_[samples] =
        options.data_given ? options.standin : !real_.locate(file_of(samples)).has_value();
  }
}

std::string_view SampleStore::kind(Samples samples) const {
  if (samples == Samples::random) return "random";
  return is_standin_.at(samples) ? "stand-in" : "real";
}

DataSource SampleStore::source(const std::string& file) const {
  for (const auto& [samples, standin] : is_standin_) {
    if (file_of(samples) == file && standin) return standin_.find(file);
  }
  return real_.find(file);
}

const TrainingSet& SampleStore::training(Samples samples) {
  auto& set = sets_[samples];
  if (!set) set = std::make_unique<TrainingSet>(load(samples, source(file_of(samples))));
  return *set;
}

std::vector<std::int32_t> spread_rows(std::size_t rows, std::size_t batch) {
  std::vector<std::int32_t> chosen(batch);
  for (std::size_t i = 0; i < batch; ++i) {
    chosen[i] = static_cast<std::int32_t>(i * rows / batch);
  }
  return chosen;
}

namespace {

// The C++ standard fixes the output of std::mt19937 but not that of its distributions.
template <class T>
Matrix<T> drawn_values(std::size_t rows, std::size_t cols, std::uint32_t seed, bool relu) {
  std::mt19937 generator(seed);
  Matrix<T> matrix(rows, cols);
  for (T& value : matrix.view().flat()) {
    value = static_cast<T>(generator() >> 8) / static_cast<T>(1 << 23) - T(1);
    if (relu) value = std::max(value, T(0));
  }
  return matrix;
}

}  // namespace

// The last two large matrices are kept: benchmarks of one case follow each other and draw the same
// two. To prepare its 649 benchmarks takes bench_optimizer 12 s of processor time, 23 without this
// (AMD EPYC with AVX-512).
template <class T>
Matrix<T> random_values(std::size_t rows, std::size_t cols, std::uint32_t seed, bool relu) {
  constexpr std::size_t kLarge = 1 << 20;  // values
  if (rows * cols < kLarge) return drawn_values<T>(rows, cols, seed, relu);
  using Key = std::tuple<std::size_t, std::size_t, std::uint32_t, bool>;
  static std::deque<std::pair<Key, Matrix<T>>> kept;
  const Key key{rows, cols, seed, relu};
  auto found = std::ranges::find(kept, key, &std::pair<Key, Matrix<T>>::first);
  if (found == kept.end()) {
    if (kept.size() == 2) kept.pop_front();
    kept.emplace_back(key, drawn_values<T>(rows, cols, seed, relu));
    found = std::prev(kept.end());
  }
  return found->second;
}

template Matrix<float> random_values(std::size_t, std::size_t, std::uint32_t, bool);
template Matrix<double> random_values(std::size_t, std::size_t, std::uint32_t, bool);

}  // namespace reprise::bench
