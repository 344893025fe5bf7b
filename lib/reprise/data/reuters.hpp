// The Reuters newswires, as keras.datasets.reuters loads them (Keras 3.15.1,
// keras/src/datasets/reuters.py).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "reprise/data/source.hpp"
#include "reprise/data/texts.hpp"

namespace reprise::reuters {

inline constexpr std::size_t kClasses = 46;

// Newswires as word indices; the labels are 0 to 45.
using Newswires = texts::Samples;
using texts::Dataset;
using texts::get_word_index;
using texts::LoadOptions;
using texts::WordIndex;

// Loads reuters.npz or its stand-in. The test set is the last fraction `test_split` of the shuffled
// newswires. Throws Error if the file is damaged, no newswire is shorter than maxlen, or test_split
// is not in [0, 1).
Dataset load_data(const DataSource& source, const LoadOptions& options = {},
                  double test_split = 0.2);
// The same, but shuffled with `random`, which is advanced; options.seed is ignored.
Dataset load_data(const DataSource& source, NumpyRandom& random, const LoadOptions& options,
                  double test_split = 0.2);

// reuters.get_label_names(): the topic of each class.
const std::array<std::string_view, kClasses>& get_label_names();

// The text of a newswire, with '?' for reserved and unknown indices.
inline std::string decode_newswire(std::span<const std::int32_t> newswire,
                                   const WordIndex& word_index, int index_from = 3) {
  return texts::decode(newswire, word_index, index_from);
}

}  // namespace reprise::reuters
