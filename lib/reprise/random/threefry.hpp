// JAX's default generator: Threefry-2x32 with 20 rounds (Salmon et al. 2011), "partitionable"
// layout: element i of an array uses counter i, so that any element can be had alone.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace reprise {

using ThreefryKey = std::array<std::uint32_t, 2>;

// One block: two words from a key and a 64-bit counter (jax threefry2x32.py).
std::array<std::uint32_t, 2> threefry2x32(ThreefryKey key, std::uint64_t counter);

// jax.random.uniform(key, shape, T, minval=low, maxval=high) into `out`, row-major.
// T is float (32 random bits an element) or double (64). The multiply-add is rounded once, as
// XLA's code does it on a CPU with FMA; that decides about half of the last bits.
template <class T>
void threefry_uniform(ThreefryKey key, double low, double high, std::span<T> out);

// jax.random.uniform(key, shape, T) likewise: multiples of 2^-23 (float) or 2^-52 (double) in [0,
// 1).
template <class T>
void threefry_unit(ThreefryKey key, std::span<T> out);

}  // namespace reprise
