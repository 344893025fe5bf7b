// Weights and slots of a wide first layer, packed by panels of columns while a plan trains. In the
// arena the rows of a panel would be a row of the kernel apart (2 KiB for 512 units in float32).
// They would fill only an eighth of the sets of the first-level cache, and they are too short for
// the processor's own prefetcher.
#pragma once

#include <algorithm>
#include <array>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"
#include "reprise/kernels/openmp/skipped_steps.hpp"
#include "reprise/kernels/plan.hpp"

namespace reprise {

// Copies a panel's columns, which start at column `first`, to contiguous rows of kPanelColumns<T>
// values. The columns that a last panel lacks are 0.
template <class T>
void copy_panel(MatrixView<const T> from, std::size_t first, T* to);

template <class T>
class PanelWeights {
 public:
  // Whether the rows of a last panel with fewer columns are padded with zeros.
  enum class LastPanel { padded, narrow };

  // The object holds the weights and slots of the network's first layer, which must be dense.
  // `team` and `kernels` must outlive it.
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
    return weights_.data() + at(panel, input);
  }
  // What a pass for the inputs from `first` on will read: weights and first slots.
  std::array<Ahead<T>, 2> ahead(std::size_t panel, std::size_t first) const {
    const T* const weights = row(panel, first);
    const T* const slots = slots_.empty() ? weights : slots_.data() + at(panel, first);
    return {{{weights, width_of(panel)}, {slots, width_of(panel)}}};
  }

  // Copy weights or slots from the arena to the panels, unless they are there. A pass needs both,
  // row() only weights.
  void pack_weights();
  void pack_slots();
  // Copy them back, unless the arena has them.
  void unpack_weights();
  void unpack_slots();
  // The arena's values count from now on: somebody has changed them.
  void discard() { weights_at_ = slots_at_ = {}; }

  // Makes the optimizer's step for inputs [first, first + n) of a panel with these gradients, whose
  // rows are width_of(panel) apart. After all passes of a batch, mark_changed must be called.
  void pass(const StepFormula<T>& step, std::size_t panel, std::size_t first, std::size_t n,
            const T* gradients);
  void mark_changed() { weights_at_.arena = slots_at_.arena = false; }

 private:
  // Where the current values are.
  struct Places {
    bool arena = true, panels = false;
  };

  std::size_t at(std::size_t panel, std::size_t input) const {
    return panel * kernel_.rows * kPanelColumns<T> + input * width_of(panel);
  }
  void copy(T* arena, T* packed, bool to_panels);
  T* arena_slots(std::size_t slot) const { return arena_slots_ + slot * n_; }

  Team& team_;
  MatrixView<T> kernel_;
  T* arena_slots_;     // of the kernel's first weight
  std::size_t n_;      // the distance from a slot to the next one of the same weight, in the arena
  std::size_t count_;  // slots of a weight
  LastPanel last_;
  std::size_t panels_, size_;          // size_: weights in all panels, with the padding
  HugePageVector<T> weights_, slots_;  // empty until they are packed first
  Places weights_at_, slots_at_;
  SkippedSteps<T> skipped_;  // by panel and input
};

}  // namespace reprise
