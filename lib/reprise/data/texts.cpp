#include "reprise/data/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "reprise/core/error.hpp"
#include "reprise/data/json.hpp"
#include "reprise/data/npz.hpp"
#include "reprise/data/standin.hpp"
#include "reprise/random/numpy_random.hpp"

namespace reprise::texts {

std::string name_of(const DataSource& source) {
  return source.origin == Origin::standin ? source.name + " (stand-in)"
                                          : printable(source.path.string());
}

Samples read_npz(const std::filesystem::path& file, const std::string& suffix) {
  const Npz npz(file);
  Samples samples{npz.lists("x" + suffix), npz.integers("y" + suffix)};
  if (samples.sequences.size() != samples.labels.size()) {
    throw Error(fmt::format("{}: x{} has {} texts, y{} has {} labels", printable(file.string()),
                            suffix, samples.sequences.size(), suffix, samples.labels.size()));
  }
  return samples;
}

namespace {

// Filters word indices: those in [low, high) are kept.
struct VocabularyLimit {
  std::int32_t low, high;
  std::optional<int> oov_char;

  // Writes the filtered indices rank + `shift` and returns the end of the output.
  std::int32_t* write(std::span<const std::int32_t> ranks, std::int32_t shift,
                      std::int32_t* out) const {
    const auto index_of = [&](std::int32_t rank) {  // check_sums has excluded overflow
      return static_cast<std::int32_t>(static_cast<std::uint32_t>(rank) +
                                       static_cast<std::uint32_t>(shift));
    };
    if (oov_char) {
      for (const std::int32_t rank : ranks) {
        const std::int32_t index = index_of(rank);
        *out++ = low <= index && index < high ? index : *oov_char;
      }
      return out;
    }
    for (const std::int32_t rank : ranks) {
      const std::int32_t index = index_of(rank);
      *out = index;
      out += low <= index && index < high;
    }
    return out;
  }
};

// Throws Error if adding index_from to a word of text `i` overflows.
void check_sums(std::span<const std::int32_t> text, std::int32_t i, const LoadOptions& options,
                const std::string& name) {
  constexpr std::int64_t kLow = INT32_MIN, kHigh = INT32_MAX;
  const auto low = static_cast<std::int32_t>(std::max(kLow, kLow - options.index_from));
  const auto high = static_cast<std::int32_t>(std::min(kHigh, kHigh - options.index_from));
  bool fit = true;
  for (const std::int32_t word : text) fit &= low <= word && word <= high;
  if (fit) return;
  const auto wrong =
      std::ranges::find_if(text, [&](std::int32_t word) { return word < low || word > high; });
  throw Error(fmt::format("{}: text {}: word {} + index_from {} exceeds 32 bits", name, i, *wrong,
                          options.index_from));
}

}  // namespace

Samples arrange(const Samples& raw, NumpyRandom& random, const LoadOptions& options,
                const std::string& name) {
  const int num_words = options.num_words.value_or(0);  // Keras treats 0 like None
  const int maxlen = options.maxlen.value_or(0);        // here too
  // Without num_words every word is kept; INT32_MAX, the one value outside, is replaced by itself.
  const VocabularyLimit limit = num_words != 0
                                    ? VocabularyLimit{options.skip_top, num_words, options.oov_char}
                                    : VocabularyLimit{INT32_MIN, INT32_MAX, INT32_MAX};
  const std::size_t texts = raw.sequences.size(), before = options.start_char ? 1 : 0;
  Samples arranged;
  arranged.labels.reserve(texts);
  auto& [offsets, values] = arranged.sequences;
  offsets.reserve(texts + 1);
  // one more, since words that are removed are written before
  values.resize(raw.sequences.values.size() + before * texts + 1);
  std::int32_t* out = values.data();
  for (const std::int32_t i : random.permutation(texts)) {
    const auto text = raw.sequences[static_cast<std::size_t>(i)];
    check_sums(text, i, options, name);
    if (maxlen != 0 && std::cmp_greater_equal(text.size() + before, maxlen)) continue;
    if (options.start_char) out = limit.write(std::array{*options.start_char}, 0, out);
    out = limit.write(text, options.index_from, out);
    offsets.push_back(out - values.data());
    arranged.labels.push_back(raw.labels[static_cast<std::size_t>(i)]);
  }
  values.resize(static_cast<std::size_t>(out - values.data()));
  if (arranged.labels.empty()) {
    throw Error(fmt::format("{}: no text is shorter than maxlen {}", name, maxlen));
  }
  return arranged;
}

int largest_index(const Sequences& sequences) {
  return sequences.values.empty() ? 0 : *std::ranges::max_element(sequences.values);
}

Sequences limit_vocabulary(const Sequences& sequences, int num_words, const LoadOptions& options) {
  const VocabularyLimit limit{options.skip_top, num_words, options.oov_char};
  Sequences kept;
  kept.values.resize(sequences.values.size() + 1);
  std::int32_t* out = kept.values.data();
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    out = limit.write(sequences[i], 0, out);
    kept.offsets.push_back(out - kept.values.data());
  }
  kept.values.resize(static_cast<std::size_t>(out - kept.values.data()));
  return kept;
}

WordIndex get_word_index(const std::filesystem::path& file) {
  constexpr const char* kExpected = "a JSON object of words and integer ranks";
  const auto json = read_json(file, kExpected);
  WordIndex index;
  if (json.is_object()) {
    for (const auto& [word, rank] : json.items()) {
      if (!rank.is_number_unsigned() || rank.get<std::uint64_t>() > INT32_MAX) break;
      index[word] = rank.get<int>();
    }
  }
  if (index.empty() || index.size() != json.size()) {
    throw Error(fmt::format("{}: expected {}", printable(file.string()), kExpected));
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
