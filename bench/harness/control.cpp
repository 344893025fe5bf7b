// FROZEN: never changed; control.hpp says why.
#include "control.hpp"

#include <bit>

namespace reprise::bench {

std::uint64_t control_frozen_1(std::uint64_t seed) {
  std::uint64_t word[4];
  double chain[4] = {1.0, 1.0, 1.0, 1.0};
  for (int j = 0; j < 4; ++j) {
    word[j] = seed + 0x9e3779b97f4a7c15u * static_cast<std::uint64_t>(j + 1);
  }
  for (int i = 0; i < 4096; ++i) {
    for (int j = 0; j < 4; ++j) {
      word[j] ^= word[j] >> 12;
      word[j] ^= word[j] << 25;
      word[j] ^= word[j] >> 27;
      const std::uint64_t out = word[j] * 0x2545f4914f6cdd1du;
      chain[j] = chain[j] * 0.75 + static_cast<double>(out >> 40) * 0x1p-24;
    }
  }
  std::uint64_t folded = 0;
  for (int j = 0; j < 4; ++j) folded = folded * 31 + std::bit_cast<std::uint64_t>(chain[j]);
  return folded;
}

}  // namespace reprise::bench
