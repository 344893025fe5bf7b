// The square roots that RMSprop's fast pass computes with multiply-adds (openmp/isa/rmsprop.hpp).
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

// Makes RMSprop take the roots of all mantissas with both parities of the exponent, and of a few
// extreme values. With rho = 1 the slot v stays as given, and with g = 1 the weight shows the root
// of v + epsilon. Returns how many results differ from those of std::sqrt, which is correctly
// rounded.
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
  // The fast pass alternates between vectors of 8 or 16 values with estimated roots and with the
  // processor's roots. Each value appears in a vector of both kinds.
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
