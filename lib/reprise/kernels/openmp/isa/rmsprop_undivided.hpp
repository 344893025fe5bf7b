// RMSprop in float32 without the processor's unit for division and square roots, on AVX-512, with
// the same bits as the formula. AVX2's estimates are too short for it: quotients by two roots would
// differ.
//
// The root s and r ~ 1 / (2 s) come from one estimate (estimate_root in rmsprop.hpp). One more
// step rounds r correctly, unless the mantissa of s is all ones. The quotient of a = lr g is a r,
// corrected by its remainder a - q s, which a fused multiply-add computes exactly. With a correctly
// rounded r that quotient is correctly rounded, too (Markstein, "IA-64 and Elementary Functions",
// 2000). tests/kernels/undivided_test.cpp checks the numerators with the hardest quotients for each
// of the 2^24 mantissas and parities of the exponent of v + epsilon.
//
// Numerators are scaled by 2^60, so that no remainder is denormal. That is exact unless a is
// denormal, where the formula has 0. Then the quotient is at most 2^-95, because x = v + epsilon
// is at least 2^-62 (see kLeastUndividedEpsilon), and changes no weight of at least 2^-65.
// Denormal quotients do not either. A result of at least 2^-64 comes from such a weight or from a
// quotient of at least 2^-65, which is exact.
//
// Therefore a vector takes the formula itself if a lane
// - has a result below 2^-64,
// - has a result that is infinite or NaN, where all overflows, special values and roots of 0 or of
//   negative numbers end, or
// - has a root of all ones, which happens once in 2^23.
#pragma once

#include "reprise/kernels/openmp/isa/rmsprop.hpp"

#if defined(__AVX512F__)

namespace reprise::REPRISE_ISA {
namespace {

constexpr float kScale = 0x1p60f;
// If v is negative, x = v + epsilon is at least a unit in the last place of epsilon / 2, or it is
// not positive.
constexpr float kLeastUndividedEpsilon = 0x1p-38f;
// 2 kScale times a larger one might overflow, where lr g does not.
constexpr float kMostUndividedRate = 0x1p60f;

// Subtracts the quotient of `numerator` / (2 kScale) and the root of x from w. Returns whether the
// result is right in all lanes.
[[gnu::always_inline]] inline bool subtract_quotient(const Floats& numerator, const Floats& x,
                                                     Floats& w) {
  Floats s, r;
  estimate_root(x, s, r);
  const Floats divisor = -2.0f * s;
  Floats error = Floats{} + 1.0f;
  add_fused(error, divisor, r);
  add_fused(r, r, error);
  Floats q = numerator * r, rest = numerator;
  add_fused(rest, divisor, q);
  add_fused(q, rest, r);
  add_fused(w, -q, Floats{} + 1 / kScale);
  // One of these two bits of the exponent plus 1 is set in all finite magnitudes of at least 2^-64.
  const __m512i upper_bits = _mm512_set1_epi32(0x60000000), mantissa = _mm512_set1_epi32(0x7fffff);
  const __m512i after_w = _mm512_add_epi32(_mm512_castps_si512(w), _mm512_set1_epi32(0x800000));
  const __m512i after_s = _mm512_add_epi32(_mm512_castps_si512(s), _mm512_set1_epi32(1));
  __mmask16 right = _mm512_test_epi32_mask(after_s, mantissa);
  right = _mm512_mask_test_epi32_mask(right, after_w, upper_bits);
  return _kortestc_mask16_u8(right, right) != 0;
}

// step_of_lanes for this form. `scaled_rate` is 2 kScale times the learning rate.
template <bool Clears>
[[gnu::always_inline]] inline void undivided_step(const BookFormula& formula, float scaled_rate,
                                                  float* w, const float* g, float* slot,
                                                  float* cleared) {
  Floats weight, gradient, v;
  load(weight, w);
  load(gradient, g);
  load(v, slot);
  v = formula.rho * v + formula.one_minus_rho * (gradient * gradient);
  const bool right = subtract_quotient(scaled_rate * gradient, v + formula.epsilon, weight);
  if (__builtin_expect(!right, 0)) {
    step_of_lanes<false, Clears>(formula, w, g, slot, cleared);
    return;
  }
  if constexpr (Clears) store(Floats{}, cleared);
  store(weight, w);
  store(v, slot);
}

template <bool Clears>
[[gnu::flatten]] void undivided_pass_of(const BookFormula formula,
                                        const OptimizerPiece<float>& piece) {
  const float scaled_rate = 2 * kScale * formula.learning_rate;
  const std::size_t columns = piece.columns;
  for (std::size_t row = 0; row < piece.rows; ++row) {
    float* const w = piece.weights + row * piece.stride;
    const float* const g = piece.gradients + row * columns;
    float* const v = piece.slots + row * piece.stride;
    float* const zero = Clears ? piece.cleared + row * columns : nullptr;
    std::size_t i = 0;
    prefetch_row_after(piece, row);
    for (; i + kLanes<float> <= columns; i += kLanes<float>) {
      undivided_step<Clears>(formula, scaled_rate, w + i, g + i, v + i,
                             Clears ? zero + i : nullptr);
    }
    for (; i < columns; ++i) {
      formula(w[i], g[i], v + i);
      if constexpr (Clears) zero[i] = 0;
    }
  }
}

void undivided_rmsprop_pass(const void* type_erased, const OptimizerPiece<float>& piece) {
  const BookFormula formula = *static_cast<const BookFormula*>(type_erased);
  const float rate = formula.learning_rate;
  if (!(formula.epsilon >= kLeastUndividedEpsilon && rate <= kMostUndividedRate &&
        rate >= -kMostUndividedRate)) {
    rmsprop_pass<true>(type_erased, piece);
  } else if (piece.cleared != nullptr) {
    undivided_pass_of<true>(formula, piece);
  } else {
    undivided_pass_of<false>(formula, piece);
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA

#endif
