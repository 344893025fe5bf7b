#include "reprise/kernels/openmp/skipped_steps.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <type_traits>

#include "reprise/core/denormals.hpp"

namespace reprise {

namespace {

// In shorter rows a branch that is mispredicted costs more than a step.
constexpr std::size_t kLeastRowBytes = 128;

}  // namespace

// All values are read, by their bits, because comparisons would take denormal numbers for 0 while
// they are flushed, and because the compiler vectorises these loops.
template <class T>
bool may_skip_steps(std::span<const T> weights, std::span<const T> slots) {
  using Bits = std::conditional_t<sizeof(T) == sizeof(float), std::uint32_t, std::uint64_t>;
  constexpr Bits kInfinity = std::bit_cast<Bits>(std::numeric_limits<T>::infinity());
  constexpr Bits kLeastNormal = std::bit_cast<Bits>(std::numeric_limits<T>::min());
  constexpr Bits kMagnitude = ~std::bit_cast<Bits>(-T(0));
  bool all = true;
  for (const T weight : weights) {
    const Bits bits = std::bit_cast<Bits>(weight) & kMagnitude;
    all &= bits <= kInfinity && (bits == 0 || bits >= kLeastNormal);
  }
  for (const T slot : slots) all &= std::bit_cast<Bits>(slot) <= kInfinity;
  return all;
}

template <class T>
SkippedSteps<T>::SkippedSteps(const IsaKernels<T>& kernels, const Optimizer& optimizer,
                              std::size_t rows, std::size_t columns)
    : kernels_(&kernels) {
  if (columns * sizeof(T) < kLeastRowBytes) return;
  factor_ = factor_without_gradient<T>(optimizer);
  if (factor_) counts_.assign(rows, 0);
}

template <class T>
void SkippedSteps<T>::restart(std::span<const T> weights, std::span<const T> slots) {
  std::ranges::fill(counts_, 0);
  skips_ = factor_ && may_skip_steps(weights, slots);
}

template <class T>
void SkippedSteps<T>::pass(const StepFormula<T>& step, const OptimizerPiece<T>& piece,
                           std::size_t first_row) {
  if (skips_) {
    return kernels_->pass_active_rows(step.pass, step.formula, piece,
                                      {counts_.data() + first_row, *factor_});
  }
  step.pass(step.formula, piece.merged());
}

template <class T>
void SkippedSteps<T>::finish(std::size_t first_row, std::size_t rows, T* slots,
                             std::size_t columns) {
  if (!skips_) return;
  const FlushDenormals flush;
  for (std::size_t row = 0; row < rows; ++row) {
    kernels_->make_skipped_steps(slots + row * columns, columns, counts_[first_row + row],
                                 *factor_);
  }
}

template bool may_skip_steps(std::span<const float>, std::span<const float>);
template bool may_skip_steps(std::span<const double>, std::span<const double>);
template class SkippedSteps<float>;
template class SkippedSteps<double>;

}  // namespace reprise
