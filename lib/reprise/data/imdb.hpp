// The IMDB reviews, as keras.datasets.imdb loads them (Keras 3.15.1, keras/src/datasets/imdb.py).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "reprise/data/source.hpp"
#include "reprise/data/texts.hpp"

namespace reprise::imdb {

// Reviews as word indices; the labels are 0 (negative) and 1 (positive).
using Reviews = texts::Samples;
using texts::Dataset;
using texts::get_word_index;
using texts::LoadOptions;
using texts::WordIndex;

// Loads imdb.npz or its stand-in. Throws Error if the file is damaged or no review is shorter than
// maxlen.
Dataset load_data(const DataSource& source, const LoadOptions& options = {});
// The reviews as stored in the file, neither shuffled nor shifted by index_from.
Dataset read(const DataSource& source);

// The text of a review, with '?' for reserved and unknown indices (listing 3.1).
inline std::string decode_review(std::span<const std::int32_t> review, const WordIndex& word_index,
                                 int index_from = 3) {
  return texts::decode(review, word_index, index_from);
}

}  // namespace reprise::imdb
