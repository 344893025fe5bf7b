// The default random generator of JAX: Threefry-2x32 with 20 rounds (Salmon et al. 2011) in the
// "partitionable" layout: element i of an array uses counter i.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace reprise {

using ThreefryKey = std::array<std::uint32_t, 2>;

// One block: two 32-bit outputs for a key and a 64-bit counter (jax threefry2x32.py).
std::array<std::uint32_t, 2> threefry2x32(ThreefryKey key, std::uint64_t counter);

// Fills `out` with jax.random.uniform(key, shape, T, minval=low, maxval=high), row-major.
// T is float (32 random bits per element) or double (64). The multiply-add is rounded once, as in
// XLA's code on a CPU with FMA; this affects about half of the last bits.
template <class T>
void threefry_uniform(ThreefryKey key, double low, double high, std::span<T> out);

// Fills `out` with jax.random.uniform(key, shape, T): multiples of 2^-23 (float) or 2^-52 (double)
// in [0, 1).
template <class T>
void threefry_unit(ThreefryKey key, std::span<T> out);

}  // namespace reprise
