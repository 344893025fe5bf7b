#include "reprise/data/imdb.hpp"

#include <algorithm>

#include "reprise/data/standin.hpp"

namespace reprise::imdb {

namespace {

Dataset read(const DataSource& source) {
  if (source.origin == Origin::standin) return standin::imdb();
  return {texts::read_npz(source.path, "_train"), texts::read_npz(source.path, "_test")};
}

}  // namespace

Dataset load_data(const DataSource& source, const LoadOptions& options) {
  const std::string name = texts::name_of(source);
  const Dataset raw = read(source);
  NumpyRandom random(options.seed);  // one stream: the test set goes on where the train set ended
  Dataset data;
  data.train = texts::arrange(raw.train, random, options, name);
  data.test = texts::arrange(raw.test, random, options, name);
  int num_words = options.num_words.value_or(0);  // Keras takes 0 for None
  if (num_words == 0) {
    num_words = std::max(texts::largest_index(data.train.sequences),
                         texts::largest_index(data.test.sequences));
  }
  data.train.sequences = texts::keep_words(data.train.sequences, num_words, options);
  data.test.sequences = texts::keep_words(data.test.sequences, num_words, options);
  return data;
}

}  // namespace reprise::imdb
