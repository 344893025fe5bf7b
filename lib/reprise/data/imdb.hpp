// The IMDB reviews, as keras.datasets.imdb (Keras 3.15.1, keras/src/datasets/imdb.py) gives them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "reprise/data/source.hpp"
#include "reprise/data/texts.hpp"

namespace reprise::imdb {

// Reviews as word indexes, labels 0 (negative) or 1 (positive).
using Reviews = texts::Samples;
using texts::Dataset;
using texts::get_word_index;
using texts::LoadOptions;
using texts::WordIndex;

// `source` is imdb.npz, or stand-in data for it. Throws Error if it is damaged or maxlen leaves no
// review.
Dataset load_data(const DataSource& source, const LoadOptions& options = {});
// The reviews as they lie in the file, neither shuffled nor shifted.
Dataset read(const DataSource& source);

// The words of a review, '?' for the reserved indexes and words that the index lacks (listing 3.1).
inline std::string decode_review(std::span<const std::int32_t> review, const WordIndex& word_index,
                                 int index_from = 3) {
  return texts::decode(review, word_index, index_from);
}

}  // namespace reprise::imdb
