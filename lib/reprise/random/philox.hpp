// TensorFlow 1's generator: Philox-4x32 with ten rounds (Salmon et al. 2011), and how its random
// ops draw from it (tensorflow/core/lib/random/philox_random.h, random_distributions.h).
//
// An op's key is the graph's seed, its own seed sits in the upper half of the counter, and the
// lower half counts blocks of four values. So the numbers follow from two integers and a place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reprise {

// One block: four words from a key and a counter, whose first word is the lowest.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 2> key,
                                        std::array<std::uint32_t, 4> counter);

// The seed of a graph of which nobody set one (tensorflow/python/framework/random_seed.py).
inline constexpr std::uint32_t kTensorflowGraphSeed = 87654321;

// Which block of the stream lands in which group of four values.
//
// In order on a CPU and since TensorFlow 1.3. Before, the GPU's kernel had a fault (TensorFlow pull
// request 10298): of T resident threads each went on by T - 1 groups while its counter went on by
// T. Group j then holds block j + (j - 1) / (T - 1), and each group j = p (T - 1), p >= 1, is
// written twice, by the last thread of pass p - 1 (block j + p - 1) and by thread 0 of pass p
// (block j + p). Which of the two was later is chance: an outcome a pass has to be told.
struct PhiloxFill {
  std::uint32_t threads = 0;        // T; 0: in order
  std::vector<bool> outcomes = {};  // of pass 1, 2, ...: true where thread 0 of the pass won

  // How many groups of a fill of `values` are written twice.
  std::size_t races(std::size_t values) const;
  // The block in group `group`; needs an outcome for each race up to it.
  std::uint64_t block(std::uint64_t group) const;
};

// What an op with seed `op_seed` draws for an array of out.size() float32 from block `first` of its
// stream on: multiples of 2^-23 in [0, 1), from the low 23 bits of each word, row-major.
void tensorflow_unit(std::uint32_t op_seed, std::uint64_t first, const PhiloxFill& fill,
                     std::span<float> out);

// tf.random_uniform(shape, low, high, seed=op_seed), drawn for the first time: two roundings,
// fl(fl(u (high - low)) + low) in float32.
void tensorflow_uniform(std::uint32_t op_seed, double low, double high, const PhiloxFill& fill,
                        std::span<float> out);

}  // namespace reprise
