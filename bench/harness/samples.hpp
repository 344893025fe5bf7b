// The samples that first layers and epochs are timed on: Keras's files if they are there, else
// stand-in data. They are read at the first use.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/cases.hpp"
#include "bench/harness/options.hpp"
#include "bench/harness/training_set.hpp"
#include "reprise/core/csr.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/data/cache.hpp"

namespace reprise::bench {

class SampleStore {
 public:
  explicit SampleStore(const Options& options);

  // "real", "stand-in" or "random". Known before anything is read, since benchmark names contain
  // it.
  std::string_view kind(Samples samples) const;
  // Finds the file of Keras, or its stand-in. Throws the errors of KerasCache::find.
  DataSource source(const std::string& file) const;
  // Throws Error if the files are missing or damaged.
  const TrainingSet& training(Samples samples);
  // `batch` of them, spread evenly, without targets. From the folder of Options::kept if they are
  // there, so that not every process reads the whole data set.
  TrainingSet batch(Samples samples, std::size_t batch);

 private:
  std::filesystem::path kept_file(Samples samples, const std::string& part) const;
  TrainingSet load_training(Samples samples) const;

  KerasCache real_, standin_;
  std::optional<OwnNetwork> own_;
  std::filesystem::path kept_;
  std::map<Samples, bool> is_standin_;
  std::map<Samples, std::unique_ptr<TrainingSet>> sets_;
};

// The name of Keras's file of the samples: "imdb.npz".
std::string file_of(Samples samples);

// Binary samples with `ones` ones each, which are uniform over the columns and the same on every
// machine.
Csr made_samples(std::size_t rows, std::size_t columns, std::size_t ones);

// Returns `batch` row indices spread evenly over [0, rows).
std::vector<std::int32_t> spread_rows(std::size_t rows, std::size_t batch);

// Returns values that are uniform in [-1, 1) and the same on every machine. With `relu` negative
// values become 0, as in the input of a hidden layer. A large matrix repeats the first million.
template <class T>
Matrix<T> random_values(std::size_t rows, std::size_t cols, std::uint32_t seed, bool relu = false);

}  // namespace reprise::bench
