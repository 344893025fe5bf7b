#include "reprise/data/imdb.hpp"

#include <algorithm>

#include "reprise/core/both.hpp"
#include "reprise/data/standin.hpp"

namespace reprise::imdb {

namespace {

Dataset read(const DataSource& source) {
  if (source.origin == Origin::standin) return standin::imdb();
  Dataset raw;
  both([&] { raw.train = texts::read_npz(source.path, "_train"); },
       [&] { raw.test = texts::read_npz(source.path, "_test"); });
  return raw;
}

}  // namespace

Dataset load_data(const DataSource& source, const LoadOptions& options) {
  const std::string name = texts::name_of(source);
  const Dataset raw = read(source);
  // one stream: the test set goes on where the train set ended
  NumpyRandom random(options.seed), after_train = random;
  after_train.permutation(raw.train.sequences.size());
  Dataset data;
  both([&] { data.train = texts::arrange(raw.train, random, options, name); },
       [&] { data.test = texts::arrange(raw.test, after_train, options, name); });
  int num_words = options.num_words.value_or(0);  // Keras takes 0 for None
  if (num_words == 0) {
    num_words = std::max(texts::largest_index(data.train.sequences),
                         texts::largest_index(data.test.sequences));
  }
  for (Reviews* reviews : {&data.train, &data.test}) {
    reviews->sequences = texts::keep_words(reviews->sequences, num_words, options);
  }
  return data;
}

}  // namespace reprise::imdb
