// The Mersenne Twister, the generator behind CPython's random and NumPy's legacy RandomState.
// Matsumoto and Nishimura 1998; the two ways of seeding are those of mt19937ar.c (2002).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace reprise {

class Mt19937 {
 public:
  // init_genrand: what numpy.random.seed(int) does.
  static Mt19937 from_seed(std::uint32_t seed);
  // init_by_array: what CPython's random.seed(int) does. `key` holds at least one word.
  static Mt19937 from_key(std::span<const std::uint32_t> key);

  std::uint32_t next();

 private:
  static constexpr int kWords = 624;
  void refill();

  std::array<std::uint32_t, kWords> state_{};
  int position_ = kWords;
};

}  // namespace reprise
