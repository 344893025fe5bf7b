// load_data as Keras 2.0.8 to 2.2.4 had it: the data, and NumPy's global stream as it left it.
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
  Samples train, test;  // as the book prepares them: multi-hot, one-hot, normalised
  NumpyRandom stream;   // np.random, which load_data seeded with 113 and shuffled with
};

// Every data set is read once, whatever loads it again.
class DataSets {
 public:
  explicit DataSets(const KerasCache& cache) : cache_(cache) {}

  // Throws Error as KerasCache::find does.
  const Loaded& load(const LoadDataCell& cell, const KerasVersion& keras);
  // What has been loaded so far.
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

// The rows that a cell names. Throws Error "place: ..." if they are not there.
Selection select(const Rows& rows, const Loaded& data, const std::string& place);

}  // namespace reprise::replay
