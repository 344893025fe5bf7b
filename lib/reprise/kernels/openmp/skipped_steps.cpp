#include "reprise/kernels/openmp/skipped_steps.hpp"

#include <algorithm>
#include <cmath>

#include "reprise/core/denormals.hpp"

namespace reprise {

namespace {

// In shorter rows a branch that is mispredicted costs more than a step.
constexpr std::size_t kLeastRowBytes = 128;

}  // namespace

template <class T>
SkippedSteps<T>::SkippedSteps(const IsaKernels<T>& kernels, const Optimizer& optimizer,
                              std::size_t rows, std::size_t columns)
    : kernels_(&kernels) {
  if (columns * sizeof(T) < kLeastRowBytes) return;
  factor_ = factor_without_gradient<T>(optimizer);
  if (factor_) counts_.assign(rows, 0);
}

template <class T>
void SkippedSteps<T>::restart(std::span<const T> slots) {
  std::ranges::fill(counts_, 0);
  skips_ = factor_ &&
           std::ranges::all_of(slots, [](T slot) { return slot >= 0 && !std::signbit(slot); });
}

template <class T>
void SkippedSteps<T>::pass(const StepFormula<T>& step, const OptimizerPiece<T>& piece,
                           std::size_t first_row) {
  if (skips_) {
    return kernels_->pass_active_rows(step.pass, step.formula, piece,
                                      {counts_.data() + first_row, *factor_});
  }
  OptimizerPiece<T> whole = piece;
  if (piece.stride == piece.columns) {  // one run
    whole.columns *= whole.rows;
    whole.rows = 1;
  }
  step.pass(step.formula, whole);
}

template <class T>
void SkippedSteps<T>::finish(std::size_t row, T* slots, std::size_t columns) {
  if (!skips_ || counts_[row] == 0) return;
  const FlushDenormals flush;
  kernels_->make_skipped_steps(slots, columns, counts_[row], *factor_);
}

template class SkippedSteps<float>;
template class SkippedSteps<double>;

}  // namespace reprise
