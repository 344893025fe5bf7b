// RMSprop in float32, the book's optimizer. The processor's unit for division and square roots
// limits its speed, so every second vector can compute its root with multiply-adds instead. Some
// processors are faster if they do not, and some if they compute the quotients with multiply-adds,
// too (rmsprop_undivided.hpp). kernels_of measures which form is the fastest (openmp/tables.hpp).
//
// The plain counterpart is optimizer_pass in unit.cpp. The computed roots have the same bits as the
// processor's. They start from an estimate of 1 / sqrt(x) with 11 bits (14 in AVX-512). A
// Goldschmidt step gives h ~ sqrt(x) and r ~ 1 / (2 sqrt(x)). The result is h + (x - h h) r, where
// a fused multiply-add computes the remainder exactly (Markstein, "IA-64 and Elementary Functions",
// 2000). tests/kernels/roots_test.cpp compares them for all 2^24 mantissas and parities of the
// exponent.
#pragma once

#include "reprise/kernels/openmp/isa/vector.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

#if defined(__FMA__)

namespace reprise::REPRISE_ISA {
namespace {

using Floats = Vector<float>;

[[gnu::always_inline]] inline Floats root(const Floats& x) {
#if defined(__AVX512F__)
  return _mm512_maskz_sqrt_ps(0xffff, x);
#else
  return _mm256_sqrt_ps(x);
#endif
}

// The root h of x, unless x is infinite or NaN, and r ~ 1 / (2 h).
[[gnu::always_inline]] inline void estimate_root(const Floats& x, Floats& h, Floats& r) {
#if defined(__AVX512F__)
  const Floats y = _mm512_maskz_rsqrt14_ps(0xffff, x);
#else
  const Floats y = _mm256_rsqrt_ps(x);
#endif
  Floats error = Floats{} + 0.5f, rest = x;
  h = x * y;
  r = y * 0.5f;
  add_fused(error, -h, r);
  add_fused(h, h, error);
  add_fused(r, r, error);
  add_fused(rest, -h, h);
  add_fused(h, rest, r);
}

[[gnu::always_inline]] inline Floats estimated_root(const Floats& x) {
  Floats h, r;
  estimate_root(x, h, r);
  return x < __builtin_inff() ? h : x;  // the root of infinity or NaN is x itself
}

// The type V of a formula (rules/optimizer.hpp).
template <bool Estimated>
struct Lanes {
  Floats values;

  friend Lanes operator+(const Lanes& a, const Lanes& b) { return {a.values + b.values}; }
  friend Lanes operator+(const Lanes& a, float b) { return {a.values + b}; }
  friend Lanes operator-(const Lanes& a, const Lanes& b) { return {a.values - b.values}; }
  friend Lanes operator*(const Lanes& a, const Lanes& b) { return {a.values * b.values}; }
  friend Lanes operator*(float a, const Lanes& b) { return {a * b.values}; }
  friend Lanes operator/(const Lanes& a, const Lanes& b) { return {a.values / b.values}; }
  friend Lanes sqrt(const Lanes& x) {
    return {Estimated ? estimated_root(x.values) : root(x.values)};
  }
};

template <bool Estimated, bool Clears, class Formula>
[[gnu::always_inline]] inline void step_of_lanes(const Formula& formula, float* w, const float* g,
                                                 float* slot, float* cleared) {
  Lanes<Estimated> weight, gradient, state;
  load(weight.values, w);
  load(gradient.values, g);
  load(state.values, slot);
  if constexpr (Clears) store(Floats{}, cleared);
  formula(weight, gradient, &state);
  store(weight.values, w);
  store(state.values, slot);
}

// A step for weights whose slots lie `width` values further, with the gradients 0 + scale vector.
template <bool Estimated, class Formula>
[[gnu::always_inline]] inline void step_of_product(const Formula& formula, float* w,
                                                   std::size_t width, float scale,
                                                   const float* vector) {
  Lanes<Estimated> weight, gradient, state;
  load(weight.values, w);
  Floats terms;
  load(terms, vector);
  load(state.values, w + width);
  gradient.values = Floats{};
  add_fused(gradient.values, Floats{} + scale, terms);
  formula(weight, gradient, &state);
  store(weight.values, w);
  store(state.values, w + width);
}

[[gnu::always_inline]] inline void prefetch(const float* values, std::size_t n) {
  constexpr std::size_t kValuesOfALine = 16;
  for (std::size_t i = 0; i < n; i += kValuesOfALine) __builtin_prefetch(values + i, 1);
}

// Runs of 256 bytes are too short for the processor's own prefetcher.
[[gnu::always_inline]] inline void prefetch_row_after(const OptimizerPiece<float>& piece,
                                                      std::size_t row) {
  if (row + 2 >= piece.rows) return;
  prefetch(piece.weights + (row + 2) * piece.stride, piece.columns);
  prefetch(piece.slots + (row + 2) * piece.stride, piece.columns);
}

// The estimate of a root and its remainder need normal numbers, which an epsilon of at least this
// guarantees.
constexpr float kLeastEpsilon = 1e-30f;

using BookFormula = RMSpropFormula<float, false, false, false>;
// The same formula for code that is to compute all roots by the processor's instruction.
struct ProcessorRoots : BookFormula {
  explicit ProcessorRoots(const BookFormula& formula) : BookFormula(formula) {}
};

// optimizer_pass for this formula, with every second root computed by multiply-adds if Mixed.
template <bool Mixed, bool Clears>
[[gnu::flatten]] void rmsprop_pass_of(const BookFormula formula,
                                      const OptimizerPiece<float>& piece) {
  constexpr std::size_t kPair = 2 * kLanes<float>;
  const std::size_t columns = piece.columns;
  for (std::size_t row = 0; row < piece.rows; ++row) {
    float* const w = piece.weights + row * piece.stride;
    const float* const g = piece.gradients + row * columns;
    float* const v = piece.slots + row * piece.stride;
    float* const zero = Clears ? piece.cleared + row * columns : nullptr;
    std::size_t i = 0;
    prefetch_row_after(piece, row);
    for (; formula.epsilon >= kLeastEpsilon && i + kPair <= columns; i += kPair) {
      const std::size_t next = i + kLanes<float>;
      step_of_lanes<false, Clears>(formula, w + i, g + i, v + i, Clears ? zero + i : nullptr);
      step_of_lanes<Mixed, Clears>(formula, w + next, g + next, v + next,
                                   Clears ? zero + next : nullptr);
    }
    for (; i < columns; ++i) {
      formula(w[i], g[i], v + i);
      if constexpr (Clears) zero[i] = 0;
    }
  }
}

template <bool Mixed>
void rmsprop_pass(const void* type_erased, const OptimizerPiece<float>& piece) {
  const BookFormula formula = *static_cast<const BookFormula*>(type_erased);
  if (piece.cleared != nullptr) {
    rmsprop_pass_of<Mixed, true>(formula, piece);
  } else {
    rmsprop_pass_of<Mixed, false>(formula, piece);
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA

#endif
