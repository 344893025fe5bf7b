// The common part of keras.datasets.imdb and keras.datasets.reuters: texts as lists of word
// indices, the arguments of load_data, and the word index (Keras 3.15.1,
// keras/src/datasets/{imdb,reuters}.py).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "reprise/data/sequences.hpp"
#include "reprise/data/source.hpp"

namespace reprise {
class NumpyRandom;
}

namespace reprise::texts {

// Texts as word indices, with the class of each text.
struct Samples {
  Sequences sequences;
  std::vector<std::int64_t> labels;
};

struct Dataset {
  Samples train;
  Samples test;
};

// The common parameters of both load_data functions with the defaults of Keras. An empty optional
// stands for None.
struct LoadOptions {
  std::optional<int> num_words = {};  // keep words with a smaller index; None: the largest index
  int skip_top = 0;                   // drop words with a smaller index
  std::optional<int> maxlen = {};     // keep texts that are shorter
  std::uint32_t seed = 113;           // seed of the shuffle
  std::optional<int> start_char = 1;  // prepended to each text; None prepends nothing
  std::optional<int> oov_char = 2;    // replaces dropped words; None removes them
  int index_from = 3;                 // added to the rank of every word
};

// The name of the data set in error messages: the path of its file, or its name with "(stand-in)".
std::string name_of(const DataSource& source);

// Reads the arrays "x<suffix>" and "y<suffix>" of a .npz file. Throws Error if their lengths
// differ.
Samples read_npz(const std::filesystem::path& file, const std::string& suffix);

// Shuffles the texts with `random`, adds index_from to every word, prepends start_char and removes
// texts that are not shorter than maxlen. If num_words is given, words outside [skip_top,
// num_words) are replaced by oov_char or removed (else the caller uses limit_vocabulary). Throws
// Error that starts with `name` if an index exceeds 32 bits or no text is left.
Samples arrange(const Samples& raw, NumpyRandom& random, const LoadOptions& options,
                const std::string& name);

int largest_index(const Sequences& sequences);

// Replaces words outside [skip_top, num_words) by oov_char or removes them.
Sequences limit_vocabulary(const Sequences& sequences, int num_words, const LoadOptions& options);

// The word index maps a word to its rank by frequency, from 1. `file` is imdb_word_index.json or
// reuters_word_index.json. Throws Error if it is not a JSON object of words and ranks.
using WordIndex = std::unordered_map<std::string, int>;
WordIndex get_word_index(const std::filesystem::path& file);
// The same for a source. Stand-in texts consist of the words "w1", "w2", ...
WordIndex get_word_index(const DataSource& source);

// The words of a text, with '?' for reserved and unknown indices (listing 3.1).
std::string decode(std::span<const std::int32_t> text, const WordIndex& word_index,
                   int index_from = 3);

}  // namespace reprise::texts
