#include "reprise/kernels/openmp/panel_weights.hpp"

#include <cstring>

#include "reprise/kernels/openmp/work.hpp"

namespace reprise {

template <class T>
PanelWeights<T>::PanelWeights(Team& team, const IsaKernels<T>& kernels,
                              const NetworkDescription<T>& network, LastPanel last)
    : team_(team),
      kernel_(std::get<DenseDescription<T>>(network.layers.front()).kernel),
      slots_(network.slots.data()),
      n_(network.variables.size()),
      last_(last),
      panels_(ceil_div(kernel_.cols, kPanelColumns<T>)),
      arrays_(1 + static_cast<std::size_t>(slots_per_weight(network.optimizer))),
      size_(at(panels_ - 1, kernel_.rows)),
      memory_(arrays_ * size_, T(0)),
      skipped_(kernels, network.optimizer, panels_ * kernel_.rows,
               std::min(kernel_.cols, kPanelColumns<T>)) {}

template <class T>
void PanelWeights<T>::copy(std::size_t array, T* arena, bool to_panels) {
  T* const packed = memory_.data() + array * size_;
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
void PanelWeights<T>::for_each_array(bool to_panels) {
  for (std::size_t array = 0; array < arrays_; ++array) {
    copy(array, array == 0 ? kernel_.data : slots_ + (array - 1) * n_, to_panels);
  }
}

template <class T>
void PanelWeights<T>::pack() {
  for_each_array(true);
  skipped_.restart(std::span(memory_).subspan(size_));
}

template <class T>
void PanelWeights<T>::unpack() {
  for (std::size_t panel = 0; panel < panels_; ++panel) {
    for (std::size_t k = 0; k < kernel_.rows; ++k) {
      skipped_.finish(panel * kernel_.rows + k, memory_.data() + size_ + at(panel, k),
                      width_of(panel));
    }
  }
  for_each_array(false);
}

template <class T>
void PanelWeights<T>::pass(const StepFormula<T>& step, std::size_t panel, std::size_t first,
                           std::size_t n, const T* gradients) {
  T* const weights = memory_.data() + at(panel, first);
  const std::size_t width = width_of(panel);
  skipped_.pass(step, {weights, gradients, weights + size_, size_, width, n, width},
                panel * kernel_.rows + first);
}

template class PanelWeights<float>;
template class PanelWeights<double>;

}  // namespace reprise
