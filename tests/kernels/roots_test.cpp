// The roots that RMSprop's fast pass makes of multiply-adds (openmp/isa/rmsprop.hpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/list.hpp"

namespace reprise {
namespace {

// RMSprop without a gradient to speak of: v + epsilon under the root goes through all mantissas and
// both parities of the exponent, and a few values at the ends. How many come out otherwise than
// with the root of the standard library, which is correctly rounded.
std::size_t different_roots(std::string_view isa) {
  const FlushDenormals flush;
  Team team(1);
  const auto backend = make_backend<float>("openmp", team, {.isa = isa});
  const RMSprop rule{.learning_rate = 1.0, .rho = 1.0, .epsilon = 1e-30};
  constexpr std::size_t kChunk = 1 << 16;
  std::vector<float> w(kChunk), g(kChunk), v(kChunk);
  std::size_t different = 0;
  const auto check = [&] {
    const std::vector<float> squares = v;
    std::ranges::fill(w, 0.0f);
    std::ranges::fill(g, 1.0f);
    backend->optimizer_pass(rule, {1, 1.0}, w, g, v);
    for (std::size_t i = 0; i < kChunk; ++i) {
      const float wanted = 0.0f - 1.0f / std::sqrt(squares[i] + 1e-30f);
      different += std::bit_cast<std::uint32_t>(w[i]) != std::bit_cast<std::uint32_t>(wanted);
    }
  };
  // each value once at the place of an estimate and once at that of a root: neighbours of 16 are
  // both
  constexpr std::uint32_t kOne = 0x3f800000, kAll = 1 << 24;
  for (std::uint32_t first = 0; first < kAll; first += kChunk / 2) {
    for (std::size_t i = 0; i < kChunk; ++i) {
      const std::size_t value = i / 64 * 32 + i % 32;
      v[i] = std::bit_cast<float>(kOne + first + static_cast<std::uint32_t>(value));
    }
    check();
  }
  const float ends[] = {1e-30f, 1.0f, 3e38f, std::numeric_limits<float>::max(),
                        std::numeric_limits<float>::infinity()};
  for (std::size_t i = 0; i < kChunk; ++i) v[i] = ends[i / 64 % std::size(ends)];
  check();
  return different;
}

TEST(RMSprop, TakesTheProcessorsRoots) {
  for (const IsaInfo& isa : isas()) {
    if (isa.available) {
      EXPECT_EQ(different_roots(isa.name), 0u) << isa.name;
    }
  }
}

}  // namespace
}  // namespace reprise
