// Stand-in data for machines without Keras's files: made up, seeded, in the shapes of the real
// sets.
//
// Nothing of the book is reproduced with them. The texts resemble the real ones in what decides the
// time of a step (ones a row, distinct words a batch, how many of the ones fall on frequent words),
// and all four sets are as hard to learn as the real ones, roughly: docs/standin.md compares.
// The same seed gives the same bytes on every machine.
#pragma once

#include <cstdint>

#include "reprise/data/boston_housing.hpp"
#include "reprise/data/mnist.hpp"
#include "reprise/data/source.hpp"
#include "reprise/data/texts.hpp"

namespace reprise::standin {

inline constexpr std::uint32_t kSeed = 1;

// The arrays of imdb.npz: 25,000 + 25,000 reviews, half of them positive, as ranks 1 to 88,584.
texts::Dataset imdb(std::uint32_t seed = kSeed);

// The arrays of reuters.npz: 11,228 newswires as ranks 1 to 30,979, as many of each of the 46
// topics as there really are.
texts::Samples reuters(std::uint32_t seed = kSeed);

// The arrays of boston_housing.npz: 506 suburbs, 13 features in the real ranges; the price is a
// function of them, bent, with noise.
boston_housing::Suburbs boston_housing(std::uint32_t seed = kSeed);

// The arrays of mnist.npz: 60,000 + 10,000 pictures of ten figures, drawn with an unsteady hand.
mnist::Dataset mnist(std::uint32_t seed = kSeed);

// In place of imdb_word_index.json or reuters_word_index.json (`name`): the word of rank 17 is
// "w17". Throws Error for another name.
texts::WordIndex word_index(const std::string& name);

}  // namespace reprise::standin
