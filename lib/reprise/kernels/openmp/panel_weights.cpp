#include "reprise/kernels/openmp/panel_weights.hpp"

#include <cstring>

#include "reprise/kernels/openmp/work.hpp"

namespace reprise {

template <class T>
void copy_panel(MatrixView<const T> from, std::size_t first, T* to) {
  constexpr std::size_t kColumns = kPanelColumns<T>;
  const std::size_t columns = std::min(kColumns, from.cols - first);
  for (std::size_t i = 0; i < from.rows; ++i, to += kColumns) {
    const T* const row = from.data + i * from.cols + first;
    if (columns == kColumns) {
      std::memcpy(to, row, kColumns * sizeof(T));  // constant length: no call
    } else {
      std::fill(std::copy_n(row, columns, to), to + kColumns, T(0));
    }
  }
}

template <class T>
PanelWeights<T>::PanelWeights(Team& team, const IsaKernels<T>& kernels,
                              const NetworkDescription<T>& network, LastPanel last)
    : team_(team),
      kernel_(std::get<DenseDescription<T>>(network.layers.front()).kernel),
      arena_slots_(network.slots.data()),
      n_(network.variables.size()),
      count_(n_ == 0 ? 0 : network.slots.size() / n_),  // 0 if the network was never compiled
      last_(last),
      panels_(ceil_div(kernel_.cols, kPanelColumns<T>)),
      size_(at(panels_ - 1, kernel_.rows)),
      skipped_(kernels, network.optimizer, panels_ * kernel_.rows,
               std::min(kernel_.cols, kPanelColumns<T>)) {}

template <class T>
void PanelWeights<T>::copy(T* arena, T* packed, bool to_panels) {
  team_.parallel_for(kernel_.rows, grain_for(kernel_.cols),
                     [&](std::size_t first, std::size_t last) {
                       for (std::size_t panel = 0; panel < panels_; ++panel) {
                         const std::size_t bytes = columns_of(panel) * sizeof(T);
                         for (std::size_t k = first; k < last; ++k) {
                           T* const a = arena + k * kernel_.cols + panel * kPanelColumns<T>;
                           T* const b = packed + at(panel, k);
                           std::memcpy(to_panels ? b : a, to_panels ? a : b, bytes);
                         }
                       }
                     });
}

template <class T>
void PanelWeights<T>::pack_weights() {
  if (weights_at_.panels) return;
  if (weights_.empty()) weights_.assign(size_, T(0));
  copy(kernel_.data, weights_.data(), true);
  weights_at_.panels = true;
}

template <class T>
void PanelWeights<T>::pack_slots() {
  if (slots_at_.panels) return;
  if (slots_.empty()) slots_.assign(count_ * size_, T(0));
  for (std::size_t s = 0; s < count_; ++s) copy(arena_slots(s), slots_.data() + s * size_, true);
  skipped_.restart(weights_, slots_);
  slots_at_.panels = true;
}

template <class T>
void PanelWeights<T>::unpack_weights() {
  if (weights_at_.arena) return;
  copy(kernel_.data, weights_.data(), false);
  weights_at_.arena = true;
}

template <class T>
void PanelWeights<T>::unpack_slots() {
  if (slots_at_.arena) return;
  for (std::size_t panel = 0; panel < panels_; ++panel) {
    team_.parallel_for(kernel_.rows, grain_for(kernel_.cols),
                       [&](std::size_t first, std::size_t last) {
                         skipped_.finish(panel * kernel_.rows + first, last - first,
                                         slots_.data() + at(panel, first), width_of(panel));
                       });
  }
  for (std::size_t s = 0; s < count_; ++s) copy(arena_slots(s), slots_.data() + s * size_, false);
  slots_at_.arena = true;
}

template <class T>
void PanelWeights<T>::pass(const StepFormula<T>& step, std::size_t panel, std::size_t first,
                           std::size_t n, const T* gradients) {
  const std::size_t width = width_of(panel);
  skipped_.pass(step,
                {weights_.data() + at(panel, first), gradients, slots_.data() + at(panel, first),
                 size_, width, n, width},
                panel * kernel_.rows + first);
}

template void copy_panel(MatrixView<const float>, std::size_t, float*);
template void copy_panel(MatrixView<const double>, std::size_t, double*);
template class PanelWeights<float>;
template class PanelWeights<double>;

}  // namespace reprise
