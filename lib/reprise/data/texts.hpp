// What keras.datasets.imdb and keras.datasets.reuters share: texts as lists of word indexes, the
// arguments of load_data, and the word index (Keras 3.15.1, keras/src/datasets/{imdb,reuters}.py).
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
#include "reprise/random/numpy_random.hpp"

namespace reprise::texts {

// Texts as word indexes, and the class of each.
struct Samples {
  Sequences sequences;
  std::vector<std::int64_t> labels;
};

struct Dataset {
  Samples train;
  Samples test;
};

// The parameters that both load_data have, with Keras's defaults; an empty optional is Python's
// None.
struct LoadOptions {
  std::optional<int> num_words = {};  // keep words with index below it; None: the largest index
  int skip_top = 0;                   // drop words with index below it
  std::optional<int> maxlen = {};     // keep texts shorter than it
  std::uint32_t seed = 113;           // of the shuffle
  std::optional<int> start_char = 1;  // put before each text
  std::optional<int> oov_char = 2;    // in place of dropped words; None: leave them out
  int index_from = 3;                 // added to every word's rank
};

// What error lines call a set: its file's path, or its name and that it is made up.
std::string name_of(const DataSource& source);

// The arrays "x<suffix>" and "y<suffix>" of a .npz. Throws Error if they differ in length.
Samples read_npz(const std::filesystem::path& file, const std::string& suffix);

// The texts in the order that `random` shuffles them into, shifted by index_from, with start_char
// in front, texts of maxlen or more left out; words outside [skip_top, num_words) become oov_char
// or go, where num_words is given (else see limit_vocabulary). Throws Error if an index exceeds 32
// bits or no text is left; `name` says whose texts they are.
Samples arrange(const Samples& raw, NumpyRandom& random, const LoadOptions& options,
                const std::string& name);

int largest_index(const Sequences& sequences);

// Words outside [skip_top, num_words) become oov_char or go.
Sequences limit_vocabulary(const Sequences& sequences, int num_words, const LoadOptions& options);

// Word -> rank from 1. `file` is imdb_word_index.json or reuters_word_index.json. Throws Error if
// it is no JSON object of words and ranks.
using WordIndex = std::unordered_map<std::string, int>;
WordIndex get_word_index(const std::filesystem::path& file);
// The same of a source: stand-in texts consist of the words "w1", "w2", ...
WordIndex get_word_index(const DataSource& source);

// The words of a text, '?' for the reserved indexes and words that the index lacks (listing 3.1).
std::string decode(std::span<const std::int32_t> text, const WordIndex& word_index,
                   int index_from = 3);

}  // namespace reprise::texts
