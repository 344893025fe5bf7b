#include "reprise/data/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "reprise/core/error.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/standin.hpp"

namespace reprise::texts {

std::string name_of(const DataSource& source) {
  return source.origin == Origin::standin ? source.name + " (stand-in)" : source.path.string();
}

Samples read_npz(const std::filesystem::path& file, const std::string& suffix) {
  const Npz npz(file);
  Samples samples{npz.lists("x" + suffix), npz.integers("y" + suffix)};
  if (samples.sequences.size() != samples.labels.size()) {
    throw Error(fmt::format("{}: x{} has {} texts, y{} has {} labels", file.string(), suffix,
                            samples.sequences.size(), suffix, samples.labels.size()));
  }
  return samples;
}

Samples arrange(const Samples& raw, NumpyRandom& random, const LoadOptions& options,
                const std::string& name) {
  Samples arranged;
  std::vector<std::int32_t> text;
  for (const std::int32_t i : random.permutation(raw.sequences.size())) {
    text.clear();
    if (options.start_char) text.push_back(*options.start_char);
    for (const std::int32_t word : raw.sequences[static_cast<std::size_t>(i)]) {
      std::int32_t index = 0;
      if (__builtin_add_overflow(word, options.index_from, &index)) {
        throw Error(fmt::format("{}: text {}: word {} + index_from {} exceeds 32 bits", name, i,
                                word, options.index_from));
      }
      text.push_back(index);
    }
    const int maxlen = options.maxlen.value_or(0);  // Keras takes 0 for None
    if (maxlen != 0 && static_cast<int>(text.size()) >= maxlen) continue;
    arranged.sequences.push_back(text);
    arranged.labels.push_back(raw.labels[static_cast<std::size_t>(i)]);
  }
  if (arranged.labels.empty()) {
    throw Error(fmt::format("{}: after filtering for texts shorter than maxlen {} none is left",
                            name, options.maxlen.value_or(0)));
  }
  return arranged;
}

int largest_index(const Sequences& sequences) {
  return sequences.values.empty() ? 0 : *std::ranges::max_element(sequences.values);
}

Sequences keep_words(const Sequences& sequences, int num_words, const LoadOptions& options) {
  Sequences kept;
  std::vector<std::int32_t> text;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    text.clear();
    for (const std::int32_t word : sequences[i]) {
      if (options.skip_top <= word && word < num_words) {
        text.push_back(word);
      } else if (options.oov_char) {
        text.push_back(*options.oov_char);
      }
    }
    kept.push_back(text);
  }
  return kept;
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

WordIndex get_word_index(const DataSource& source) {
  if (source.origin == Origin::standin) return standin::word_index(source.name);
  return get_word_index(source.path);
}

std::string decode(std::span<const std::int32_t> text, const WordIndex& word_index,
                   int index_from) {
  std::unordered_map<int, std::string> reverse_word_index;
  for (const auto& [word, rank] : word_index) reverse_word_index[rank] = word;
  std::string words;
  for (const std::int32_t index : text) {
    const auto found = reverse_word_index.find(index - index_from);
    if (!words.empty()) words += ' ';
    words += found == reverse_word_index.end() ? "?" : found->second;
  }
  return words;
}

}  // namespace reprise::texts
