#include "reprise/data/imdb.hpp"

#include <algorithm>

#include "reprise/core/parallel_invoke.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/data/standin.hpp"
#include "reprise/random/numpy_random.hpp"

namespace reprise::imdb {

Dataset read(const DataSource& source) {
  if (source.origin == Origin::standin) return standin::imdb();
  Dataset raw;
  parallel_invoke([&] { raw.train = texts::read_npz(source.path, "_train"); },
                  [&] { raw.test = texts::read_npz(source.path, "_test"); });
  return raw;
}

Dataset load_data(const DataSource& source, const LoadOptions& options) {
  const std::string name = texts::name_of(source);
  Stopwatch watch;
  Dataset raw = read(source);
  source.times->read = watch.seconds();
  watch = {};
  // Keras shuffles both sets with one stream: that of the test set starts after the training set
  NumpyRandom random(options.seed), after_train = random;
  after_train.permutation(raw.train.sequences.size());
  Dataset data;
  const auto arrange = [&](Reviews& from, Reviews& to, NumpyRandom& stream) {
    to = texts::arrange(from, stream, options, name);
    from = {};
  };
  parallel_invoke([&] { arrange(raw.train, data.train, random); },
                  [&] { arrange(raw.test, data.test, after_train); });
  if (options.num_words.value_or(0) == 0) {  // Keras treats 0 like None
    const int num_words = std::max(texts::largest_index(data.train.sequences),
                                   texts::largest_index(data.test.sequences));
    for (Reviews* reviews : {&data.train, &data.test}) {
      reviews->sequences = texts::limit_vocabulary(reviews->sequences, num_words, options);
    }
  }
  source.times->arrange = watch.seconds();
  return data;
}

}  // namespace reprise::imdb
