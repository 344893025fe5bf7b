// Loads each data set of a program once, however many runs use it on however many threads.
#pragma once

#include <any>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <typeindex>
#include <utility>
#include <vector>

#include "reprise/core/stopwatch.hpp"
#include "reprise/data/cache.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise::book {

// The files that a loader reads, with notes for the record on what it read.
class DatasetFiles {
 public:
  explicit DatasetFiles(const KerasCache& cache) : cache_(cache) {}
  // Returns the data set of that file name; see KerasCache::find.
  DataSource find(const std::string& name);
  const DataRecord& record() const { return record_; }
  // A line for the user if a file is not Keras's own, otherwise "".
  const std::string& note() const { return note_; }
  // Splits the loader's total `seconds` into its steps: what the files did not take is vectorising.
  LoadRecord times(double seconds) const;

 private:
  const KerasCache& cache_;
  DataRecord record_;
  std::string note_;
  std::vector<std::shared_ptr<LoadTimes>> times_;
};

template <class T>
struct LoadedDataset {
  T data;
  DataRecord record;
  std::string note;
  LoadRecord times;
};

class DatasetCache {
 public:
  explicit DatasetCache(const KerasCache& cache) : cache_(cache) {}
  const KerasCache& cache() const { return cache_; }
  bool standin() const { return cache_.standin(); }

  // Returns what `loader` makes of the files, and whether this call loaded it: a loader is called
  // once. If it throws, so does this function, and the next call tries again.
  template <class T>
  std::pair<const LoadedDataset<T>&, bool> load(T (*loader)(DatasetFiles&)) {
    using Loaded = std::map<T (*)(DatasetFiles&), std::shared_ptr<const LoadedDataset<T>>>;
    const std::lock_guard lock(mutex_);
    std::any& of_type = by_type_[typeid(T)];
    if (!of_type.has_value()) of_type = Loaded();
    auto& dataset = std::any_cast<Loaded&>(of_type)[loader];
    const bool is_new = dataset == nullptr;
    if (is_new) {
      const Stopwatch watch;
      DatasetFiles files(cache_);
      auto loaded = std::make_shared<LoadedDataset<T>>(LoadedDataset<T>{loader(files), {}, {}, {}});
      loaded->times = files.times(watch.seconds());
      loaded->record = files.record();
      loaded->note = files.note();
      dataset = std::move(loaded);
    }
    return {*dataset, is_new};
  }

 private:
  const KerasCache& cache_;
  std::mutex mutex_;
  std::map<std::type_index, std::any> by_type_;  // for each T a map of its loaders
};

}  // namespace reprise::book
