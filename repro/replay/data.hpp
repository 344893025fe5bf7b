// load_data of Keras 2.0.8 to 2.2.4: the data, and the state in which it leaves NumPy's global
// random stream.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reprise/data/cache.hpp"
#include "reprise/random/numpy_random.hpp"
#include "reprise/record/run_record.hpp"
#include "repro/replay/samples.hpp"
#include "repro/replay/script.hpp"

namespace reprise::replay {

struct Loaded {
  Samples train, test;  // prepared as in the book: multi-hot, one-hot, normalized
  NumpyRandom stream;   // np.random after load_data has seeded it with 113 and shuffled
};

// Loads data sets. Each one is read once, however many cells load it.
class DataSets {
 public:
  explicit DataSets(const KerasCache& cache) : cache_(cache) {}

  // Throws Error like KerasCache::find.
  const Loaded& load(const LoadDataCell& cell, const KerasVersion& keras);
  // The data files that have been loaded so far.
  const std::vector<DataRecord>& records() const { return records_; }

 private:
  DataSource find(const std::string& name);

  struct Entry {
    DataSet set;
    int num_words;
    bool reseeds;
    std::unique_ptr<Loaded> loaded;
  };
  const KerasCache& cache_;
  std::vector<Entry> entries_;
  std::vector<DataRecord> records_;
};

// Returns the rows that a cell names. Throws Error "location: ..." if the data set lacks them.
Selection select(const Rows& rows, const Loaded& data, const std::string& location);

}  // namespace reprise::replay
