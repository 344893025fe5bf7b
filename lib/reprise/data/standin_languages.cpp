#include <fmt/format.h>

#include <algorithm>

#include "reprise/core/error.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/standin.hpp"
#include "reprise/data/standin_texts.hpp"

namespace reprise::standin {

namespace {

constexpr int kReviewWords = 88584, kNewswireWords = 30979;

// The curves are rounded quantiles and frequencies of the real sets. The frequencies of ranks above
// 2,000 are raised by 8 %, which compensates for the distinct words that repetition removes.
// Weights, strengths and repetition were tuned until the words per sample, the distinct words per
// batch and the accuracy of the book's network agreed.
const Language kReviews{.classes = 2,
                        .frequencies = {{1, .057},
                                        {2, .0277},
                                        {3, .0276},
                                        {5, .0229},
                                        {10, .0133},
                                        {20, .00582},
                                        {50, .0024},
                                        {100, .00128},
                                        {256, 4.48e-4},
                                        {500, 2.15e-4},
                                        {1000, 9.79e-5},
                                        {2000, 4.96e-5},
                                        {5000, 1.36e-5},
                                        {10000, 4.71e-6},
                                        {20000, 1.94e-6},
                                        {50000, 1.85e-7},
                                        {kReviewWords, 5.4e-8}},
                        .lengths = {{0, 6},
                                    {.01, 42},
                                    {.05, 63},
                                    {.2, 120},
                                    {.5, 175},
                                    {.6, 206},
                                    {.7, 252},
                                    {.8, 324},
                                    {.9, 456},
                                    {.95, 597},
                                    {.99, 913},
                                    {.999, 1033},
                                    {1, 2493}},
                        .repeat = .10,
                        .block_size = 2,
                        .first_block = 20,
                        .weighted = .3,
                        .min_strength = .3,
                        .max_strength = .8,
                        .mislabeled = 0};

const Language kNewswires{.classes = reuters::kClasses,
                          .frequencies = {{1, .0508},
                                          {2, .026},
                                          {3, .0248},
                                          {5, .0184},
                                          {10, .00935},
                                          {20, .0056},
                                          {50, .00259},
                                          {100, .00117},
                                          {256, 5.28e-4},
                                          {500, 2.7e-4},
                                          {1000, 1.25e-4},
                                          {2000, 5.34e-5},
                                          {5000, 1.49e-5},
                                          {10000, 4.73e-6},
                                          {20000, 1.35e-6},
                                          {kNewswireWords, 6.3e-7}},
                          .lengths = {{0, 1},
                                      {.01, 16},
                                      {.05, 23},
                                      {.1, 34},
                                      {.2, 52},
                                      {.3, 66},
                                      {.5, 94},
                                      {.6, 111},
                                      {.7, 153},
                                      {.8, 205},
                                      {.9, 314},
                                      {.95, 460},
                                      {.99, 718},
                                      {.999, 906},
                                      {1, 2375}},
                          .repeat = .16,
                          .block_size = 16,
                          .first_block = 2,
                          .weighted = .5,
                          .min_strength = .7,
                          .max_strength = 1.9,
                          .mislabeled = .11};

// The number of newswires of each topic in reuters.npz.
constexpr int kNewswiresOfTopic[reuters::kClasses] = {
    67,  537, 94, 3972, 2423, 22,  62, 19, 177, 126, 154, 473, 62, 209, 28, 29,
    543, 51,  86, 682,  339,  127, 22, 53, 81,  123, 32,  19,  58, 23,  57, 52,
    42,  16,  57, 16,   60,   21,  22, 29, 46,  38,  16,  27,  17, 19};

}  // namespace

texts::Dataset imdb(std::uint32_t seed) {
  std::vector<std::int64_t> labels(25000, 0);
  std::fill(labels.begin(), labels.begin() + 12500, 1);
  TextGenerator generator(kReviews, seed);
  texts::Samples train = generator.generate(labels);
  return {std::move(train), generator.generate(labels)};
}

texts::Samples reuters(std::uint32_t seed) {
  std::vector<std::int64_t> labels;
  for (std::size_t topic = 0; topic < reuters::kClasses; ++topic) {
    labels.insert(labels.end(), static_cast<std::size_t>(kNewswiresOfTopic[topic]),
                  static_cast<std::int64_t>(topic));
  }
  return TextGenerator(kNewswires, seed).generate(labels);
}

texts::WordIndex word_index(const std::string& name) {
  const bool reviews = name == "imdb_word_index.json";
  if (!reviews && name != "reuters_word_index.json") {
    throw Error(fmt::format("stand-in data: no word index '{}'", printable(name)));
  }
  texts::WordIndex index;
  const int words = reviews ? kReviewWords : kNewswireWords;
  for (int rank = 1; rank <= words; ++rank) index[fmt::format("w{}", rank)] = rank;
  return index;
}

}  // namespace reprise::standin
