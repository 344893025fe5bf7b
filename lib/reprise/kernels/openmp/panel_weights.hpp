// Weights and slots of a wide first layer, packed by panels of columns while a plan trains. In the
// arena the rows of a panel would be 2 KiB apart, fill only an eighth of the sets of the
// first-level cache, and be too short for the processor's own prefetcher.
#pragma once

#include <algorithm>
#include <array>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"
#include "reprise/kernels/openmp/skipped_steps.hpp"
#include "reprise/kernels/plan.hpp"

namespace reprise {

template <class T>
class PanelWeights {
 public:
  // Whether the rows of a last panel with fewer columns are padded with zeros.
  enum class LastPanel { padded, narrow };

  // Of the first layer, which is dense. `team` and `kernels` must outlive the object.
  PanelWeights(Team& team, const IsaKernels<T>& kernels, const NetworkDescription<T>& network,
               LastPanel last);

  std::size_t panels() const { return panels_; }
  std::size_t columns_of(std::size_t panel) const {
    return std::min(kPanelColumns<T>, kernel_.cols - panel * kPanelColumns<T>);
  }
  // The distance between two rows of a panel.
  std::size_t width_of(std::size_t panel) const {
    return last_ == LastPanel::padded ? kPanelColumns<T> : columns_of(panel);
  }
  const T* row(std::size_t panel, std::size_t input) const {
    return memory_.data() + at(panel, input);
  }

  // What a pass for the inputs from `first` on will read: weights and first slots.
  std::array<Ahead<T>, 2> ahead(std::size_t panel, std::size_t first) const {
    const T* const weights = row(panel, first);
    return {
        {{weights, width_of(panel)}, {arrays_ > 1 ? weights + size_ : weights, width_of(panel)}}};
  }

  // Copies weights and slots from the network's arenas, and back. The slots of rows that skipped
  // steps are only right after unpack.
  void pack();
  void unpack();
  void unpack_weights() { copy(0, kernel_.data, false); }

  // Makes the optimizer's step for inputs [first, first + n) of a panel with these gradients, whose
  // rows are width_of(panel) apart.
  void pass(const StepFormula<T>& step, std::size_t panel, std::size_t first, std::size_t n,
            const T* gradients);

 private:
  std::size_t at(std::size_t panel, std::size_t input) const {
    return panel * kernel_.rows * kPanelColumns<T> + input * width_of(panel);
  }
  // Copies array number `array`, which are the weights or a slot, between the arena and the panels.
  void copy(std::size_t array, T* arena, bool to_panels);
  void for_each_array(bool to_panels);

  Team& team_;
  MatrixView<T> kernel_;
  T* slots_;       // of the kernel's first weight, in the arena
  std::size_t n_;  // the distance from a slot to the next one of the same weight, in the arena
  LastPanel last_;
  std::size_t panels_, arrays_, size_;
  HugePageVector<T> memory_;  // the weights, then each slot: `size_` values each
  SkippedSteps<T> skipped_;   // by panel and input
};

}  // namespace reprise
