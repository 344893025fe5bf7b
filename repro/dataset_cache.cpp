#include "repro/dataset_cache.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "repro/provenance.hpp"

namespace reprise::book {

DataSource DatasetFiles::find(const std::string& name) {
  const Stopwatch watch;
  const DataSource source = cache_.find(name);
  source.times->verify = watch.seconds();
  times_.push_back(source.times);
  record_ = data_record_of(name, source);
  if (source.origin == Origin::unverified) {
    note_ = fmt::format("{}{} is not the file that Keras accepts (sha256 {})",
                        provenance_prefix(record_), source.path.string(), source.sha256);
  }
  return source;
}

LoadRecord DatasetFiles::times(double seconds) const {
  LoadRecord record;
  for (const auto& times : times_) {
    record.verify += times->verify;
    record.read += times->read;
    record.arrange += times->arrange;
  }
  record.vectorize = std::max(0.0, seconds - record.verify - record.read - record.arrange);
  return record;
}

}  // namespace reprise::book
