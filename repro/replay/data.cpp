#include "repro/replay/data.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"
#include "reprise/data/boston_housing.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/normalize.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/vectorize.hpp"
#include "repro/provenance.hpp"

namespace reprise::replay {

namespace {

constexpr std::uint32_t kSeed = 113;  // the default seed of load_data

Samples reviews(const texts::Samples& texts, int num_words) {
  return {multi_hot(texts.sequences, static_cast<std::size_t>(num_words)),
          {},
          as_column(texts.labels),
          texts.labels};
}

// keras/datasets/imdb.py. 2.0.8 seeds the stream before each shuffle, of x and of y, with 113 for
// the training set and with 226 for the test set. It leaves the stream as one shuffle after seed
// 226 does. 2.1.0 and later seed it once with 113 and shuffle both sets from one stream.
Loaded load_imdb(const DataSource& source, int num_words, bool reseeds) {
  const std::string name = texts::name_of(source);
  const texts::Dataset raw = imdb::read(source);
  const texts::LoadOptions options{.num_words = num_words};
  Loaded data{{}, {}, NumpyRandom(kSeed)};
  data.train = reviews(texts::arrange(raw.train, data.stream, options, name), num_words);
  if (reseeds) data.stream = NumpyRandom(2 * kSeed);
  data.test = reviews(texts::arrange(raw.test, data.stream, options, name), num_words);
  return data;
}

// keras/datasets/reuters.py: seed 113, then one shuffle of all newswires. The labels are one-hot,
// as in the book.
Loaded load_reuters(const DataSource& source, int num_words) {
  Loaded data{{}, {}, NumpyRandom(kSeed)};
  const auto [train, test] = reuters::load_data(source, data.stream, {.num_words = num_words});
  for (const auto& [from, to] : {std::pair(&train, &data.train), std::pair(&test, &data.test)}) {
    *to = reviews(*from, num_words);
    to->targets = to_categorical(from->labels, reuters::kClasses);
  }
  return data;
}

Samples normalized(boston_housing::Suburbs& from, const Normalization& normalization) {
  normalization.apply(from.x.view());
  return {{}, converted<float, double>(from.x), converted<float, double>(from.y), {}};
}

// keras/datasets/boston_housing.py: seed 113, then one shuffle of all suburbs. The columns are
// normalized in float64 by the mean and the standard deviation of the training set.
Loaded load_boston(const DataSource& source) {
  boston_housing::Dataset raw = boston_housing::load_data(source, {.seed = kSeed});
  const Normalization normalization = measure(raw.train.x);
  Loaded data{normalized(raw.train, normalization), normalized(raw.test, normalization),
              NumpyRandom(kSeed)};
  data.stream.permutation(data.train.rows() + data.test.rows());
  return data;
}

}  // namespace

DataSource DataSets::find(const std::string& name) {
  DataSource source = cache_.find(name);
  records_.push_back(book::data_record_of(name, source));
  return source;
}

const Loaded& DataSets::load(const LoadDataCell& cell, const KerasVersion& keras) {
  const bool reseeds = cell.set == DataSet::imdb && keras.reseeds_imdb_test();
  for (const Entry& entry : entries_) {
    if (entry.set == cell.set && entry.num_words == cell.num_words && entry.reseeds == reseeds) {
      return *entry.loaded;
    }
  }
  const auto load = [&] {
    switch (cell.set) {
      case DataSet::imdb: return load_imdb(find("imdb.npz"), cell.num_words, reseeds);
      case DataSet::reuters: return load_reuters(find("reuters.npz"), cell.num_words);
      case DataSet::boston_housing: break;
    }
    return load_boston(find("boston_housing.npz"));
  };
  entries_.push_back({cell.set, cell.num_words, reseeds, std::make_unique<Loaded>(load())});
  return *entries_.back().loaded;
}

Selection select(const Rows& rows, const Loaded& data, const std::string& location) {
  Selection selection{rows.test ? &data.test : &data.train, {}};
  const auto n = static_cast<std::int64_t>(selection.of->rows());
  std::int64_t first = 0, last = n;
  if (rows.fold) {
    const auto size = n / static_cast<std::int64_t>(rows.fold->k);
    first = static_cast<std::int64_t>(rows.fold->i) * size;
    last = first + size;
  } else {
    first = rows.first.value_or(0);
    last = rows.last.value_or(n);
    if (first < 0) first += n;
    if (last < 0) last += n;
  }
  if (first < 0 || last > n || first >= last) {
    throw Error(
        fmt::format("{}: rows: found '{}', expected some of the {} rows", location, rows.text, n));
  }
  for (std::int64_t i = 0; i < n; ++i) {
    const bool inside = first <= i && i < last;
    if (inside != (rows.fold && rows.fold->rest)) {
      selection.rows.push_back(static_cast<std::int32_t>(i));
    }
  }
  return selection;
}

}  // namespace reprise::replay
