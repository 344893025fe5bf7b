#include "reprise/data/imdb.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "reprise/core/error.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/random/numpy_random.hpp"

namespace reprise::imdb {

namespace {

Reviews read(const Npz& npz, const std::filesystem::path& file, const std::string& part) {
  Reviews reviews{npz.lists("x_" + part), npz.integers("y_" + part)};
  if (reviews.sequences.size() != reviews.labels.size()) {
    throw Error(fmt::format("{}: x_{} has {} reviews, y_{} has {} labels", file.string(), part,
                            reviews.sequences.size(), part, reviews.labels.size()));
  }
  return reviews;
}

// Shuffled, shifted by index_from, with start_char in front, reviews of maxlen or more left out.
Reviews arrange(const Reviews& raw, NumpyRandom& random, const LoadOptions& options) {
  Reviews reviews;
  std::vector<std::int32_t> review;
  for (const std::int32_t i : random.permutation(raw.sequences.size())) {
    review.clear();
    if (options.start_char) review.push_back(*options.start_char);
    for (const std::int32_t word : raw.sequences[i]) {
      std::int32_t index = 0;
      if (__builtin_add_overflow(word, options.index_from, &index)) {
        throw Error(fmt::format("review {}: word {} + index_from {} exceeds 32 bits", i, word,
                                options.index_from));
      }
      review.push_back(index);
    }
    const int maxlen = options.maxlen.value_or(0);  // Keras takes 0 for None
    if (maxlen != 0 && static_cast<int>(review.size()) >= maxlen) continue;
    reviews.sequences.push_back(review);
    reviews.labels.push_back(raw.labels[i]);
  }
  return reviews;
}

int largest_index(const Sequences& sequences) {
  return sequences.values.empty() ? 0 : *std::ranges::max_element(sequences.values);
}

// Words outside [skip_top, num_words) become oov_char or go.
Sequences keep_words(const Sequences& sequences, int num_words, const LoadOptions& options) {
  Sequences kept;
  std::vector<std::int32_t> review;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    review.clear();
    for (const std::int32_t word : sequences[i]) {
      if (options.skip_top <= word && word < num_words) {
        review.push_back(word);
      } else if (options.oov_char) {
        review.push_back(*options.oov_char);
      }
    }
    kept.push_back(review);
  }
  return kept;
}

}  // namespace

Dataset load_data(const DataSource& source, const LoadOptions& options) {
  const std::filesystem::path& file = source.path;
  const Npz npz(file);
  NumpyRandom random(options.seed);  // one stream: the test set goes on where the train set ended
  Dataset data;
  data.train = arrange(read(npz, file, "train"), random, options);
  data.test = arrange(read(npz, file, "test"), random, options);
  if (data.train.labels.empty() || data.test.labels.empty()) {
    throw Error(fmt::format("{}: after filtering for reviews shorter than maxlen {} none is left",
                            file.string(), options.maxlen.value_or(0)));
  }
  int num_words = options.num_words.value_or(0);  // Keras takes 0 for None
  if (num_words == 0) {
    num_words = std::max(largest_index(data.train.sequences), largest_index(data.test.sequences));
  }
  data.train.sequences = keep_words(data.train.sequences, num_words, options);
  data.test.sequences = keep_words(data.test.sequences, num_words, options);
  return data;
}

WordIndex get_word_index(const std::filesystem::path& file) {
  std::ifstream in(file);
  const auto json = nlohmann::json::parse(in, nullptr, false);
  WordIndex index;
  if (json.is_object()) {
    for (const auto& [word, rank] : json.items()) {
      if (!rank.is_number_unsigned() || rank.get<std::uint64_t>() > INT32_MAX) break;
      index[word] = rank.get<int>();
    }
  }
  if (index.empty() || index.size() != json.size()) {
    throw Error(fmt::format("{}: expected a JSON object of words and whole ranks", file.string()));
  }
  return index;
}

std::string decode_review(std::span<const std::int32_t> review, const WordIndex& word_index,
                          int index_from) {
  std::unordered_map<int, std::string> reverse_word_index;
  for (const auto& [word, rank] : word_index) reverse_word_index[rank] = word;
  std::string text;
  for (const std::int32_t index : review) {
    const auto found = reverse_word_index.find(index - index_from);
    if (!text.empty()) text += ' ';
    text += found == reverse_word_index.end() ? "?" : found->second;
  }
  return text;
}

}  // namespace reprise::imdb
