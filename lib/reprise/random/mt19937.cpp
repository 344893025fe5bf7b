#include "reprise/random/mt19937.hpp"

#include <algorithm>
#include <cassert>

namespace reprise {

Mt19937 Mt19937::from_seed(std::uint32_t seed) {
  Mt19937 mt;
  auto& s = mt.state_;
  s[0] = seed;
  for (std::uint32_t i = 1; i < kStateSize; ++i)
    s[i] = 1812433253u * (s[i - 1] ^ (s[i - 1] >> 30)) + i;
  return mt;
}

Mt19937 Mt19937::from_key(std::span<const std::uint32_t> key) {
  assert(!key.empty());
  Mt19937 mt = from_seed(19650218u);
  auto& s = mt.state_;
  std::size_t i = 1, j = 0;
  const auto advance = [&] {
    if (++i == kStateSize) {
      s[0] = s[kStateSize - 1];
      i = 1;
    }
  };
  for (std::size_t n = std::max<std::size_t>(kStateSize, key.size()); n > 0; --n) {
    s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30)) * 1664525u)) + key[j] +
           static_cast<std::uint32_t>(j);
    advance();
    if (++j == key.size()) j = 0;
  }
  for (std::size_t n = kStateSize - 1; n > 0; --n) {
    s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30)) * 1566083941u)) - static_cast<std::uint32_t>(i);
    advance();
  }
  s[0] = 0x80000000u;
  return mt;
}

void Mt19937::refill() {
  constexpr std::size_t kMiddle = 397, kTurn = kStateSize - kMiddle;
  auto& s = state_;
  const auto mixed = [&s](std::size_t i, std::size_t next) {
    const std::uint32_t y = (s[i] & 0x80000000u) | (s[next] & 0x7fffffffu);
    return (y >> 1) ^ ((y & 1u) != 0 ? 0x9908b0dfu : 0u);
  };
  for (std::size_t i = 0; i < kTurn; ++i) s[i] = s[i + kMiddle] ^ mixed(i, i + 1);
  for (std::size_t i = kTurn; i + 1 < kStateSize; ++i) s[i] = s[i - kTurn] ^ mixed(i, i + 1);
  s[kStateSize - 1] = s[kMiddle - 1] ^ mixed(kStateSize - 1, 0);
  for (std::size_t i = 0; i < kStateSize; ++i) {
    std::uint32_t y = s[i];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    outputs_[i] = y ^ (y >> 18);
  }
  position_ = 0;
}

}  // namespace reprise
