// How stand-in texts are written: words as Zipf's law has them, some of them preferred by a class.
//
// A text grows word by word. With probability `repeat` the next word is one of the text's earlier
// ones: real texts come back to their words, and without that each would hold too many different
// ones. Otherwise a rank is drawn by frequency. `block` neighbouring ranks, about equally frequent,
// form a block, and each class prefers one word of it: with probability (zeal of the text) x
// (weight of the block) that word takes the place of the drawn one. These preferences are all there
// is to learn. Texts of little zeal are hard to tell, and foreign ones, written for another class
// than their label says, cannot be told: a network that fits them too overfits.
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
  std::vector<Point> frequencies;  // rank from 1 -> share of all words; the last rank ends it
  std::vector<Point> lengths;      // share of the texts from 0 to 1 -> words of the longest of them
  double repeat;
  std::size_t block;
  std::size_t first_block;  // blocks before it, of the most frequent words, say nothing
  double telling;           // share of the other blocks that have a weight; it is uniform in [0, 1)
  double least_zeal;        // zeal is uniform between these two, the same for all classes
  double most_zeal;
  double foreign;  // share of the texts whose class is drawn without looking at the label
};

class Writer {
 public:
  Writer(Language language, std::uint32_t seed);
  // Texts with these labels, in this order; each call goes on where the last one ended.
  texts::Samples write(std::vector<std::int64_t> labels);

 private:
  double uniform() { return random_.next() * 0x1p-32; }
  std::size_t below(std::size_t n) { return (std::uint64_t{random_.next()} * n) >> 32; }
  void prepare_ranks();
  void prepare_preferences();
  std::int32_t draw_word(std::size_t topic, double zeal);

  Language language_;
  Mt19937 random_;
  // Walker's alias method: column i gives rank i + 1 up to keep_[i] of 2^32, else alias_[i] + 1.
  std::vector<std::uint32_t> keep_;
  std::vector<std::int32_t> alias_;
  std::vector<double> weight_;           // of each block
  std::vector<std::int32_t> preferred_;  // blocks x classes, row-major: a rank less one
};

}  // namespace reprise::standin
