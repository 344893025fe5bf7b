// The data sets of a program's runs: each is read and prepared once, however many runs want it and
// from however many threads.
#pragma once

#include <any>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "reprise/core/stopwatch.hpp"
#include "reprise/data/cache.hpp"
#include "reprise/record/run_record.hpp"

namespace reprise::book {

// What a loader is given: the files of the cache. What it took is noted for the record.
class DatasetFiles {
 public:
  explicit DatasetFiles(const KerasCache& cache) : cache_(cache) {}
  // The data set of that file name; see KerasCache::find.
  DataSource find(const std::string& name);
  const DataRecord& record() const { return record_; }
  // A line for the user about a file that is not Keras's own, "" mostly.
  const std::string& note() const { return note_; }
  // What the loader's `seconds` were spent on; what is not the files' is vectorising.
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

  // What `loader` makes of the files, and whether it was made now; it is called once. Errors of it
  // are the caller's, and the next call tries again.
  template <class T>
  std::pair<const LoadedDataset<T>&, bool> load(T (*loader)(DatasetFiles&)) {
    const std::lock_guard lock(mutex_);
    std::any& place = places_[reinterpret_cast<void (*)()>(loader)];
    const bool now = !place.has_value();
    if (now) {
      const Stopwatch watch;
      DatasetFiles files(cache_);
      auto prepared =
          std::make_shared<LoadedDataset<T>>(LoadedDataset<T>{loader(files), {}, {}, {}});
      prepared->times = files.times(watch.seconds());
      prepared->record = files.record();
      prepared->note = files.note();
      place = std::move(prepared);
    }
    return {*std::any_cast<const std::shared_ptr<LoadedDataset<T>>&>(place), now};
  }

 private:
  const KerasCache& cache_;
  std::mutex mutex_;
  std::map<void (*)(), std::any> places_;
};

}  // namespace reprise::book
