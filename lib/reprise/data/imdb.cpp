#include "reprise/data/imdb.hpp"

#include <algorithm>

namespace reprise::imdb {

Dataset load_data(const DataSource& source, const LoadOptions& options) {
  const std::string name = source.path.string();
  NumpyRandom random(options.seed);  // one stream: the test set goes on where the train set ended
  Dataset data;
  data.train = texts::arrange(texts::read_npz(source.path, "_train"), random, options, name);
  data.test = texts::arrange(texts::read_npz(source.path, "_test"), random, options, name);
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
