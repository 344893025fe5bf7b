#include "reprise/random/threefry.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace reprise {

std::array<std::uint32_t, 2> threefry2x32(ThreefryKey key, std::uint64_t counter) {
  static constexpr int kRotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  const std::uint32_t schedule[3] = {key[0], key[1], key[0] ^ key[1] ^ 0x1bd11bdau};
  std::uint32_t x0 = static_cast<std::uint32_t>(counter >> 32) + schedule[0];
  std::uint32_t x1 = static_cast<std::uint32_t>(counter) + schedule[1];
  for (std::uint32_t group = 0; group < 5; ++group) {
    for (const int rotation : kRotations[group % 2]) {
      x0 += x1;
      x1 = std::rotl(x1, rotation) ^ x0;
    }
    x0 += schedule[(group + 1) % 3];
    x1 += schedule[(group + 2) % 3] + group + 1;
  }
  return {x0, x1};
}

template <>
void threefry_unit(ThreefryKey key, std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto [x0, x1] = threefry2x32(key, i);
    out[i] = std::bit_cast<float>(((x0 ^ x1) >> 9) | 0x3f800000u) - 1.0f;
  }
}

template <>
void threefry_unit(ThreefryKey key, std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto [x0, x1] = threefry2x32(key, i);
    const std::uint64_t bits = (static_cast<std::uint64_t>(x0) << 32) | x1;
    out[i] = std::bit_cast<double>((bits >> 12) | 0x3ff0000000000000u) - 1.0;
  }
}

template <>
void threefry_uniform(ThreefryKey key, double low, double high, std::span<float> out) {
  const float from = static_cast<float>(low), span = static_cast<float>(high) - from;
  threefry_unit(key, out);
  for (float& u : out) {
    // The product is exact in double, and the sum nearly always. The result is thus rounded once,
    // like that of a fused multiply-add, on CPUs with and without FMA.
    const double scaled = static_cast<double>(u) * static_cast<double>(span);
    u = std::max(from, static_cast<float>(scaled + static_cast<double>(from)));
  }
}

template <>
void threefry_uniform(ThreefryKey key, double low, double high, std::span<double> out) {
  const double span = high - low;
  threefry_unit(key, out);
  for (double& u : out) u = std::max(low, std::fma(u, span, low));
}

}  // namespace reprise
