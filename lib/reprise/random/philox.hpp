// The random generator of TensorFlow 1: Philox-4x32 with ten rounds (Salmon et al. 2011), and how
// the random ops draw from it (tensorflow/core/lib/random/philox_random.h, random_distributions.h).
//
// The key is the seed of the graph, the upper half of the counter is the seed of the op, and the
// lower half counts blocks of four values. A value thus follows from two seeds and its index.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reprise {

// One block: four 32-bit outputs for a key and a counter (least significant word first).
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 2> key,
                                        std::array<std::uint32_t, 4> counter);

// The seed of a graph if the script sets none (tensorflow/python/framework/random_seed.py).
inline constexpr std::uint32_t kTensorflowGraphSeed = 87654321;

// Which block of the stream fills which group of four values.
//
// The order is sequential on a CPU, and on a GPU since TensorFlow 1.3. The GPU kernel of earlier
// versions had a bug (TensorFlow pull request 10298): each of the T resident threads advanced by
// T - 1 groups while its counter advanced by T. Group j then holds block j + (j - 1) / (T - 1), and
// each group j = p (T - 1), p >= 1, is written twice: by the last thread of pass p - 1 (block
// j + p - 1) and by thread 0 of pass p (block j + p). This is a data race; which of the two writes
// came last cannot be computed, so the caller gives the outcome of each pass.
struct PhiloxFill {
  std::uint32_t threads = 0;        // T; 0 means sequential order
  std::vector<bool> outcomes = {};  // for pass 1, 2, ...: whether thread 0 of the pass wrote last

  // The number of groups that are written twice when `values` values are filled.
  std::size_t races(std::size_t values) const;
  // The block that fills group `group`; needs the outcomes of all races up to it.
  std::uint64_t block(std::uint64_t group) const;
};

// Fills `out` with the values in [0, 1) that an op with seed `op_seed` draws, starting at block
// `first` of its stream: multiples of 2^-23 from the low 23 bits of each output, row-major.
void tensorflow_unit(std::uint32_t op_seed, std::uint64_t first, const PhiloxFill& fill,
                     std::span<float> out);

// The first tf.random_uniform(shape, low, high, seed=op_seed) of a session. In float32 with two
// roundings: fl(fl(u (high - low)) + low).
void tensorflow_uniform(std::uint32_t op_seed, double low, double high, const PhiloxFill& fill,
                        std::span<float> out);

}  // namespace reprise
