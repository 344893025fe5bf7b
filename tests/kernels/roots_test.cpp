// The square roots that RMSprop's fast pass and its step at batch 1 compute with multiply-adds
// (openmp/isa/rmsprop.hpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/tables.hpp"

namespace reprise {
namespace {

using Kernels = IsaKernels<float>;
using Formula = RMSpropFormula<float, false, false, false>;

// Calls use(isa, form) for each form of RMSprop of each instruction set that the processor has.
template <class Use>
void for_each_form(Use&& use) {
  for (const IsaInfo& isa : isas()) {
    if (!isa.available) continue;
    for (const Kernels::RMSpropForm& form : kernels_of<float>(isa.name).rmsprop_forms) {
      use(isa.name, form);
    }
  }
}

// Makes RMSprop take the roots of all mantissas with both parities of the exponent, and of a few
// extreme values. With rho = 1 the slot v stays as given, and with g = 1 the weight shows the root
// of v + epsilon. Returns how many results differ from those of std::sqrt, which is correctly
// rounded.
std::size_t different_roots(Kernels::OptimizerPass pass) {
  const FlushDenormals flush;
  const Formula formula(RMSprop{.learning_rate = 1.0, .rho = 1.0, .epsilon = 1e-30}, {});
  constexpr std::size_t kChunk = 1 << 16;
  std::vector<float> w(kChunk), g(kChunk), v(kChunk);
  std::size_t different = 0;
  const auto check = [&] {
    const std::vector<float> squares = v;
    std::ranges::fill(w, 0.0f);
    std::ranges::fill(g, 1.0f);
    pass(&formula, {w.data(), g.data(), v.data(), kChunk, kChunk});
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
  for_each_form([](std::string_view isa, const Kernels::RMSpropForm& form) {
    if (form.pass == nullptr) return;
    EXPECT_EQ(different_roots(form.pass), 0u) << isa;
  });
}

// One step at batch 1 of a layer with one input, whose slots are so small that an estimate of the
// root of slot + epsilon would have denormal remainders. Returns how many weights or slots differ
// from those of the formula.
std::size_t different_steps(Kernels::Batch1Steps steps, double epsilon) {
  constexpr std::size_t kUnits = 1 << 14;
  const Formula formula(RMSprop{.epsilon = epsilon}, {});
  std::mt19937 random(1);
  const auto small = [&random] {  // in [2^-63, 2^-50)
    const auto bits = static_cast<std::uint32_t>(random());
    return std::bit_cast<float>((bits & 0x7fffff) | (64 + bits % 13) << 23);
  };
  // The weights are 0, so the gradients are -2 target, and a weight shows its whole step.
  std::vector<float> rows(2 * kUnits), x(kUnits), z(kUnits), y(kUnits), dz(kUnits);
  std::vector<float> target(kUnits), wanted(2 * kUnits), z_out(kUnits), y_out(kUnits);
  std::vector<std::uint32_t> live(kUnits), dead(kUnits);
  for (std::size_t j = 0; j < kUnits; ++j) {
    target[j] = small();
    const float v = small();
    rows[kUnits + j] = wanted[kUnits + j] = v * v;
    formula(wanted[j], -2.0f * target[j], &wanted[kUnits + j]);
  }
  const Batch1Layer<float> layer{.inputs = 1,
                                 .units = kUnits,
                                 .terms = 1,
                                 .width = kUnits,
                                 .stride = 2 * kUnits,
                                 .rows = rows.data(),
                                 .x = x.data(),
                                 .z = z.data(),
                                 .y = y.data(),
                                 .dz = dz.data(),
                                 .live = live.data(),
                                 .dead = dead.data(),
                                 .activation = {}};
  const std::int32_t first = 0;
  const float one = 1.0f;
  const Batch1Run<float> run{.layers = &layer,
                             .count = 1,
                             .order = &first,
                             .n = 1,
                             .x = &one,
                             .y = target.data(),
                             .x_columns = 1,
                             .y_columns = kUnits,
                             .upstream = 1.0f,
                             .loss = nullptr,
                             .losses = nullptr,
                             .is_mse = true,
                             .loss_on_logits = false,
                             .formulas = &formula,
                             .formula_stride = sizeof formula,
                             .skip_zero_gradients = false,
                             .bound = 1.0f,
                             .z_out = z_out.data(),
                             .y_out = y_out.data()};
  EXPECT_TRUE(steps(run));
  std::size_t different = 0;
  for (std::size_t j = 0; j < wanted.size(); ++j) {
    different += std::bit_cast<std::uint32_t>(rows[j]) != std::bit_cast<std::uint32_t>(wanted[j]);
  }
  return different;
}

TEST(RMSprop, EstimatesNoRootsBelowTheLeastEpsilonAtBatch1) {
  const FlushDenormals flush;
  for_each_form([](std::string_view isa, const Kernels::RMSpropForm& form) {
    if (form.batch1 == nullptr) return;
    for (const double epsilon : {1e-7, 1e-30, 0.99e-30, 1e-34, 1e-37}) {
      EXPECT_EQ(different_steps(form.batch1, epsilon), 0u) << isa << ' ' << epsilon;
    }
  });
}

}  // namespace
}  // namespace reprise
