// Optimizer passes that skip rows of weights without a gradient (openmp/skipped_steps.hpp).
#pragma once

#include "reprise/kernels/openmp/isa/vector.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"

namespace reprise::REPRISE_ISA {
namespace {

using Bits = Vector<long long>;

[[gnu::always_inline]] inline bool is_zero(const Bits& bits) {
#if defined(__AVX512F__)
  return _mm512_test_epi64_mask(reinterpret_cast<__m512i>(bits), reinterpret_cast<__m512i>(bits)) ==
         0;
#elif defined(__FMA__)
  return _mm256_testz_si256(reinterpret_cast<__m256i>(bits), reinterpret_cast<__m256i>(bits)) != 0;
#else
  return (bits[0] | bits[1]) == 0;
#endif
}

// Whether all bits are 0. A gradient of -0 does not count, because its step turns a weight of -0
// into +0.
template <class T>
[[gnu::always_inline]] inline bool is_zero_row(const T* x, std::size_t n) {
  constexpr std::size_t kLine = 64, kVectors = kLine / kVectorBytes;
  std::size_t i = 0;
  for (; i + kLine / sizeof(T) <= n; i += kLine / sizeof(T)) {
    Bits any{};
#pragma GCC unroll 4
    for (std::size_t k = 0; k < kVectors; ++k) {
      Bits bits;
      load(bits, x + i + k * kLanes<T>);
      any |= bits;
    }
    if (!is_zero(any)) return false;
  }
  for (; i < n; ++i) {  // a comparison would take denormal numbers for 0
    std::conditional_t<sizeof(T) == sizeof(float), std::uint32_t, std::uint64_t> bits;
    __builtin_memcpy(&bits, x + i, sizeof bits);
    if (bits != 0) return false;
  }
  return true;
}

template <class T>
void make_skipped_steps(T* slots, std::size_t columns, std::uint32_t& count, T factor) {
  const std::uint32_t steps = count;
  count = 0;
  if (steps == 0 || is_zero_row(slots, columns)) return;
  constexpr std::size_t kVectors = 8;  // hide each other's latency
  std::size_t j = 0;
  for (; j + kVectors * kLanes<T> <= columns; j += kVectors * kLanes<T>) {
    Vector<T> v[kVectors];
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kVectors; ++k) load(v[k], slots + j + k * kLanes<T>);
    for (std::uint32_t step = 0; step < steps; ++step) {
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kVectors; ++k) v[k] = factor * v[k];
    }
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kVectors; ++k) store(v[k], slots + j + k * kLanes<T>);
  }
  for (; j < columns; ++j) {
    for (std::uint32_t step = 0; step < steps; ++step) slots[j] = factor * slots[j];
  }
}

// Bit k is set if row first + k has a gradient, for up to 8 rows, whose weights and slots are
// prefetched.
template <class T>
[[gnu::always_inline]] inline unsigned find_active_rows(const OptimizerPiece<T>& piece,
                                                        std::size_t first) {
  constexpr std::size_t kRows = 8, kLine = 64 / sizeof(T);
  unsigned active = 0;
  for (std::size_t k = 0; k < kRows && first + k < piece.rows; ++k) {
    const std::size_t row = first + k;
    if (is_zero_row(piece.gradients + row * piece.columns, piece.columns)) continue;
    active |= 1u << k;
    for (std::size_t j = 0; j < piece.columns; j += kLine) {
      __builtin_prefetch(piece.weights + row * piece.stride + j, 1);
      __builtin_prefetch(piece.slots + row * piece.stride + j, 1);
    }
  }
  return active;
}

// Rows [first, last) of a piece.
template <class T>
[[gnu::always_inline]] inline void pass_rows(typename IsaKernels<T>::OptimizerPass pass,
                                             const void* formula, const OptimizerPiece<T>& piece,
                                             std::size_t first, std::size_t last) {
  OptimizerPiece<T> part = piece;
  part.weights += first * piece.stride;
  part.gradients += first * piece.columns;
  part.slots += first * piece.stride;
  if (part.cleared != nullptr) part.cleared += first * piece.columns;
  part.rows = last - first;
  pass(formula, part.merged());
}

template <class T>
void pass_active_rows(typename IsaKernels<T>::OptimizerPass pass, const void* formula,
                      const OptimizerPiece<T>& piece, const SkipCounts<T>& skipped) {
  constexpr std::size_t kRows = 8;
  unsigned next = find_active_rows(piece, 0);
  for (std::size_t first = 0; first < piece.rows; first += kRows) {
    const unsigned active = next;
    next = find_active_rows(piece, first + kRows);
    const std::size_t rows = kRows < piece.rows - first ? kRows : piece.rows - first;
    std::size_t k = 0;
    while (k < rows) {
      if ((active >> k & 1) == 0) {
        ++skipped.counts[first + k];
        ++k;
        continue;
      }
      const std::size_t begin = k;
      for (; k < rows && (active >> k & 1) != 0; ++k) {
        if (skipped.counts[first + k] == 0) continue;
        make_skipped_steps(piece.slots + (first + k) * piece.stride, piece.columns,
                           skipped.counts[first + k], skipped.factor);
      }
      pass_rows(pass, formula, piece, first + begin, first + k);
    }
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
