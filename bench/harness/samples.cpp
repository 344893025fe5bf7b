#include "bench/harness/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <random>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "bench/harness/kept_samples.hpp"
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

// A first layer of 1,000 inputs and a share of .013 gets 13 ones in each sample.
TrainingSet made_set(const OwnNetwork& network) {
  const std::size_t rows = network.rows(), inputs = network.sizes.front(),
                    outputs = network.sizes.back();
  TrainingSet set;
  if (network.sparse) {
    const double ones = std::round(*network.sparse * static_cast<double>(inputs));
    set.sparse_x =
        made_samples(rows, inputs, std::max<std::size_t>(1, static_cast<std::size_t>(ones)));
  } else {
    set.dense_x = random_values<float>(rows, inputs, 1);
  }
  set.targets = Matrix<float>(rows, outputs);
  for (std::size_t i = 0; i < rows; ++i) {
    if (outputs == 1) {
      set.targets(i, 0) = static_cast<float>(i % 2);
    } else {
      set.targets(i, i % outputs) = 1;
    }
  }
  return set;
}

}  // namespace

Csr made_samples(std::size_t rows, std::size_t columns, std::size_t ones) {
  std::mt19937 random(1);
  Csr samples(columns);
  for (std::size_t i = 0; i < rows; ++i) {
    std::set<std::int32_t> chosen;
    // where most columns are chosen, those are drawn that are not
    const bool few = 2 * ones <= columns;
    while (chosen.size() < (few ? ones : columns - ones)) {
      chosen.insert(static_cast<std::int32_t>(random() % columns));
    }
    std::vector<std::int32_t> row(chosen.begin(), chosen.end());
    if (!few) {
      row.clear();
      for (std::int32_t column = 0; column < static_cast<std::int32_t>(columns); ++column) {
        if (!chosen.contains(column)) row.push_back(column);
      }
    }
    samples.push_row(row);
  }
  return samples;
}

std::string file_of(Samples samples) {
  switch (samples) {
    case Samples::imdb: return "imdb.npz";
    case Samples::reuters: return "reuters.npz";
    case Samples::mnist: return "mnist.npz";
    case Samples::boston: return "boston_housing.npz";
    case Samples::random:
    case Samples::own_dense:
    case Samples::own_sparse: break;
  }
  return "";
}

SampleStore::SampleStore(const Options& options)
    : real_({.data_dir = options.data_dir}),
      standin_({.standin = true}),
      own_(options.own.network),
      kept_(options.kept) {
  for (const Samples samples : {Samples::imdb, Samples::reuters, Samples::mnist, Samples::boston}) {
    is_standin_[samples] =
        options.data_given ? options.standin : !real_.locate(file_of(samples)).has_value();
  }
}

std::string_view SampleStore::kind(Samples samples) const {
  if (file_of(samples).empty()) return "random";
  return is_standin_.at(samples) ? "stand-in" : "real";
}

DataSource SampleStore::source(const std::string& file) const {
  for (const auto& [samples, standin] : is_standin_) {
    if (file_of(samples) == file && standin) return standin_.find(file);
  }
  return real_.find(file);
}

std::filesystem::path SampleStore::kept_file(Samples samples, const std::string& part) const {
  return kept_ / fmt::format("{}-{}-{}.samples", file_of(samples), kind(samples), part);
}

const TrainingSet& SampleStore::training(Samples samples) {
  auto& set = sets_[samples];
  if (!set) set = std::make_unique<TrainingSet>(load_training(samples));
  return *set;
}

// Only word lists are kept: to vectorize those of IMDB takes longer than to read the result, and
// the images of MNIST would take 188 MB of disk.
TrainingSet SampleStore::load_training(Samples samples) const {
  const std::string file = file_of(samples);
  if (file.empty()) return made_set(own_.value());
  const bool keeps = !kept_.empty() && (samples == Samples::imdb || samples == Samples::reuters);
  if (!keeps) return load(samples, source(file));
  const auto kept = kept_file(samples, "all");
  if (auto found = read_samples(kept)) return std::move(*found);
  TrainingSet set = load(samples, source(file));
  write_samples(kept, set);
  return set;
}

namespace {

TrainingSet chosen(const TrainingSet& set, std::size_t batch) {
  TrainingSet out;
  const auto rows = spread_rows(set.rows(), batch);
  if (set.dense_x.rows() == 0) {
    out.sparse_x = Csr(set.sparse_x.cols());
    for (const std::int32_t row : rows) {
      out.sparse_x.push_row(set.sparse_x.view().row(static_cast<std::size_t>(row)));
    }
    return out;
  }
  out.dense_x = Matrix<float>(batch, set.dense_x.cols());
  for (std::size_t i = 0; i < batch; ++i) {
    std::ranges::copy(set.dense_x.view().row(static_cast<std::size_t>(rows[i])),
                      out.dense_x.view().row(i).begin());
  }
  return out;
}

}  // namespace

TrainingSet SampleStore::batch(Samples samples, std::size_t batch) {
  if (kept_.empty() || file_of(samples).empty()) return chosen(training(samples), batch);
  const auto kept = kept_file(samples, std::to_string(batch));
  if (auto found = read_samples(kept)) return std::move(*found);
  TrainingSet set = chosen(training(samples), batch);
  write_samples(kept, set);
  return set;
}

std::vector<std::int32_t> spread_rows(std::size_t rows, std::size_t batch) {
  std::vector<std::int32_t> chosen(batch);
  for (std::size_t i = 0; i < batch; ++i) {
    chosen[i] = static_cast<std::int32_t>(i * rows / batch);
  }
  return chosen;
}

namespace {

// A large matrix repeats its first million values, because drawing 6.5 million takes 40 ms in every
// process of a comparison. Their number is prime, so that no two rows of a matrix are equal.
constexpr std::size_t kDrawn = 1000003;

// The C++ standard fixes the output of std::mt19937 but not that of its distributions.
template <class T>
Matrix<T> drawn_values(std::size_t rows, std::size_t cols, std::uint32_t seed, bool relu) {
  std::mt19937 generator(seed);
  Matrix<T> matrix(rows, cols);
  const std::span<T> values = matrix.view().flat();
  for (T& value : values.first(std::min(values.size(), kDrawn))) {
    value = static_cast<T>(generator() >> 8) / static_cast<T>(1 << 23) - T(1);
    if (relu) value = std::max(value, T(0));
  }
  for (std::size_t i = kDrawn; i < values.size(); ++i) values[i] = values[i - kDrawn];
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
