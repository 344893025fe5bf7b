// The IMDB reviews, as keras.datasets.imdb (Keras 3.15.1, keras/src/datasets/imdb.py) gives them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "reprise/data/pickle.hpp"
#include "reprise/data/source.hpp"

namespace reprise::imdb {

// Reviews as word indexes, labels 0 (negative) or 1 (positive).
struct Reviews {
  Sequences sequences;
  std::vector<std::int64_t> labels;
};

struct Dataset {
  Reviews train;
  Reviews test;
};

// The parameters of imdb.load_data with Keras's defaults; an empty optional is Python's None.
struct LoadOptions {
  std::optional<int> num_words = {};  // keep words with index below it; None: the largest index
  int skip_top = 0;                   // drop words with index below it
  std::optional<int> maxlen = {};     // keep reviews shorter than it
  std::uint32_t seed = 113;           // of the shuffle
  std::optional<int> start_char = 1;  // put before each review
  std::optional<int> oov_char = 2;    // in place of dropped words; None: leave them out
  int index_from = 3;                 // added to every word's rank
};

// `source` is imdb.npz. Throws Error if it is damaged or maxlen leaves no review.
Dataset load_data(const DataSource& source, const LoadOptions& options = {});

// imdb.get_word_index(): word -> rank from 1. `file` is imdb_word_index.json.
using WordIndex = std::unordered_map<std::string, int>;
WordIndex get_word_index(const std::filesystem::path& file);

// The words of a review, '?' for the reserved indexes and words that the index lacks (listing 3.1).
std::string decode_review(std::span<const std::int32_t> review, const WordIndex& word_index,
                          int index_from = 3);

}  // namespace reprise::imdb
