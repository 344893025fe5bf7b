// The samples that first layers, losses and epochs are given: Keras's files where they are there,
// else stand-in data; read when first asked for.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/cases.hpp"
#include "bench/harness/options.hpp"
#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/data/cache.hpp"

namespace reprise::bench {

// The training samples of a data set as the book vectorizes them: `words` (N, 10000) or `values`
// (N, inputs); `targets` (N, 1) or one-hot (N, classes).
struct TrainingSet {
  Csr words;
  Matrix<float> values;
  Matrix<float> targets;
  std::size_t rows() const { return targets.rows(); }
};

class SampleStore {
 public:
  explicit SampleStore(const Options& options);

  // "real", "stand-in" or "random"; part of a row's name, so it is known before anything is read.
  std::string_view kind(Samples samples) const;
  // Where a file of Keras's comes from. Throws Error as KerasCache::find.
  DataSource source(const std::string& file) const;
  // Throws Error where the files are missing or damaged.
  const TrainingSet& training(Samples samples);

 private:
  KerasCache real_, standin_;
  std::map<Samples, bool> is_standin_;
  std::map<Samples, std::unique_ptr<TrainingSet>> sets_;
};

// Keras's file of the samples: "imdb.npz".
std::string file_of(Samples samples);

// `batch` rows spread evenly over `rows`.
std::vector<std::int32_t> spread_rows(std::size_t rows, std::size_t batch);

// Uniform in [-1, 1), and after a ReLU where it feeds a hidden layer; the same on every machine.
template <class T>
Matrix<T> random_values(std::size_t rows, std::size_t cols, std::uint32_t seed, bool relu = false);

}  // namespace reprise::bench
