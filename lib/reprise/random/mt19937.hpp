// The Mersenne Twister, the generator of CPython's module random and of NumPy's legacy RandomState
// (Matsumoto and Nishimura 1998). The two seeding functions are those of mt19937ar.c (2002).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace reprise {

class Mt19937 {
 public:
  // init_genrand, which numpy.random.seed(int) uses.
  static Mt19937 from_seed(std::uint32_t seed);
  // init_by_array, which CPython's random.seed(int) uses. `key` must not be empty.
  static Mt19937 from_key(std::span<const std::uint32_t> key);

  // The next output, uniform in [0, 2^32).
  std::uint32_t next() {
    if (position_ == kStateSize) refill();
    return outputs_[position_++];
  }

 private:
  static constexpr std::size_t kStateSize = 624;
  // Computes the next state and its outputs, in loops that the compiler vectorises.
  void refill();

  std::array<std::uint32_t, kStateSize> state_{}, outputs_{};
  std::size_t position_ = kStateSize;
};

}  // namespace reprise
