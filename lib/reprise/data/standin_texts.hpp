// The generator of stand-in texts: words are drawn by frequency (Zipf's law), and every class
// prefers some of them.
//
// A text is generated word by word. With probability `repeat` the next word is one of its earlier
// words; without that it would contain too many distinct words. Otherwise a rank is drawn by
// frequency. `block_size` neighbouring ranks, about equally frequent, form a block, and each class
// prefers one word of the block: with probability (strength of the text) x (weight of the block)
// this word replaces the drawn one. These preferences are all that can be learnt. Texts of low
// strength are hard to classify, and texts with a wrong label cannot be classified: a network that
// fits them as well overfits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reprise/data/texts.hpp"
#include "reprise/random/mt19937.hpp"

namespace reprise::standin {

struct Point {
  double x;
  double y;
};

struct Language {
  std::size_t classes;
  std::vector<Point> frequencies;  // rank from 1 -> relative frequency; ends at the last rank
  std::vector<Point> lengths;      // probability from 0 to 1 -> quantile of the number of words
  double repeat;
  std::size_t block_size;
  std::size_t first_block;  // the blocks before it, of the most frequent words, have weight 0
  double weighted;      // fraction of the other blocks with a weight, which is uniform in [0, 1)
  double min_strength;  // the strength of a text is uniform between these two for all classes
  double max_strength;
  double mislabeled;  // fraction of the texts whose class is drawn independently of the label
};

class TextGenerator {
 public:
  TextGenerator(Language language, std::uint32_t seed);
  // Texts with these labels, in this order. Each call continues the random stream.
  texts::Samples generate(std::vector<std::int64_t> labels);

 private:
  double uniform() { return random_.next() * 0x1p-32; }
  std::size_t below(std::size_t n) { return (std::uint64_t{random_.next()} * n) >> 32; }
  void prepare_ranks();
  void prepare_preferences();
  std::int32_t draw_word(std::size_t topic, double strength);

  Language language_;
  Mt19937 random_;
  // Walker's alias method: column i gives rank i + 1 with probability keep_[i] / 2^32, else the
  // rank alias_[i] + 1.
  std::vector<std::uint32_t> keep_;
  std::vector<std::int32_t> alias_;
  std::vector<double> weight_;           // of each block
  std::vector<std::int32_t> preferred_;  // blocks x classes, row-major: rank - 1
};

}  // namespace reprise::standin
