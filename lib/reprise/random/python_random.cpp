#include "reprise/random/python_random.hpp"

#include <array>
#include <bit>
#include <cassert>
#include <span>

namespace reprise {

namespace {

Mt19937 seeded(std::uint64_t seed) {
  const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed),
                                         static_cast<std::uint32_t>(seed >> 32)};
  return Mt19937::from_key(std::span(key).first(key[1] == 0 ? 1 : 2));
}

}  // namespace

PythonRandom::PythonRandom(std::uint64_t seed) : generator_(seeded(seed)) {}

std::int64_t PythonRandom::randint(std::int64_t low, std::int64_t high) {
  assert(low <= high && high - low < 0xffffffff);
  const auto n = static_cast<std::uint32_t>(high - low + 1);
  const int unused_bits = std::countl_zero(n);
  std::uint32_t draw = generator_.next() >> unused_bits;
  while (draw >= n) draw = generator_.next() >> unused_bits;
  return low + draw;
}

}  // namespace reprise
