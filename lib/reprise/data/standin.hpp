// Stand-in data for machines without the data files of Keras: generated from a seed, with the
// shapes of the real data sets.
//
// They do not reproduce results of the book. The texts resemble the real ones in the quantities
// that determine the time of a step (words per sample, distinct words per batch, the fraction of
// frequent words), and all five sets are about as hard to learn as the real ones (docs/standin.md
// compares them). The same seed gives the same bytes on every machine.
#pragma once

#include <cstdint>

#include "reprise/data/boston_housing.hpp"
#include "reprise/data/california_housing.hpp"
#include "reprise/data/mnist.hpp"
#include "reprise/data/source.hpp"
#include "reprise/data/texts.hpp"

namespace reprise::standin {

inline constexpr std::uint32_t kSeed = 1;

// The arrays of imdb.npz: 25,000 + 25,000 reviews, half of them positive, as ranks 1 to 88,584.
texts::Dataset imdb(std::uint32_t seed = kSeed);

// The arrays of reuters.npz: 11,228 newswires as ranks 1 to 30,979, with the real number of
// newswires for each of the 46 topics.
texts::Samples reuters(std::uint32_t seed = kSeed);

// The arrays of boston_housing.npz: 506 suburbs with 13 features in the real ranges. The price is a
// nonlinear function of them with noise.
boston_housing::Suburbs boston_housing(std::uint32_t seed = kSeed);

// The arrays of california_housing.npz: 20,640 districts with 8 features in the real ranges. The
// price is a nonlinear function of them with noise.
california_housing::Districts california_housing(std::uint32_t seed = kSeed);

// The arrays of mnist.npz: 60,000 + 10,000 images of the ten digits, drawn with random distortions.
mnist::Dataset mnist(std::uint32_t seed = kSeed);

// The stand-in for imdb_word_index.json or reuters_word_index.json (`name`): the word of rank 17 is
// "w17". Throws Error for any other name.
texts::WordIndex word_index(const std::string& name);

}  // namespace reprise::standin
