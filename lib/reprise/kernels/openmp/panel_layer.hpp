// A wide first layer on mostly zero samples: its weights, forward pass and optimizer step.
//
// Row by row, the forward pass would read megabytes of weights for each row and use every weight
// once. Instead it takes the units in panels of 256 bytes and the inputs in ranges. The weights of
// a panel and a range (at most 28 KiB) stay in the first-level cache while all rows of a chunk of
// the batch use them, and the partial sums lie in scratch memory between ranges. In the optimizer
// step it is dz of a panel and a chunk that stays, and the optimizer takes the gradients of a few
// inputs at a time, so that the processor divides while it multiplies for the next ones.
//
// Weights and slots are packed by panels as long as an epoch lasts (panel_weights.hpp). A panel
// belongs to one thread, in the forward pass and in the step, so that weights do not move between
// cores.
//
// Plain counterparts are dense_forward and dense_backward_weights of reference/backend.cpp: the
// same sums in the same order, without the terms that are 0.
#pragma once

#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/openmp/batch_lists.hpp"
#include "reprise/kernels/openmp/compressed_samples.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"
#include "reprise/kernels/openmp/panel_weights.hpp"
#include "reprise/kernels/plan.hpp"

namespace reprise {

template <class T>
class PanelLayer {
 public:
  // The network's first layer is dense. `team` and `kernels` must outlive the object.
  PanelLayer(Team& team, const IsaKernels<T>& kernels, MatrixView<const T> x,
             const NetworkDescription<T>& network, std::size_t batch_size);

  // Whether no sample has an infinite value or NaN. Otherwise the skipped terms of a later batch
  // may not be 0, because a weight is not finite.
  bool has_finite_samples() const { return samples_.are_finite(); }
  // Copies weights and slots from the network's arenas, and back.
  void pack();
  void unpack();

  // Multiply-adds of the gradients and of a step.
  std::size_t cost() const;
  // z = x kernel + bias for the batch with these rows of the samples
  void forward(std::span<const std::int32_t> rows, MatrixView<T> z);
  // After the updates of all threads.
  void mark_changed() { weights_.mark_changed(); }
  // Computes the gradients of the last batch and makes the step, for the share of one of `threads`
  // threads.
  void update(std::size_t thread, std::size_t threads, MatrixView<const T> dz,
              const StepFormula<T>& step);

 private:
  struct Scratch {
    HugePageVector<T> rows, gradients;  // a chunk's rows of a panel; gradients of a panel
  };

  std::size_t work_of_row() const;  // multiply-adds
  void forward_panel(std::size_t panel, std::size_t first, std::size_t last, MatrixView<T> z,
                     T* sums) const;
  void update_panel(std::size_t panel, std::size_t first, std::size_t last, MatrixView<const T> dz,
                    const StepFormula<T>& step, Scratch& scratch);

  Team& team_;
  const IsaKernels<T>& kernels_;
  DenseDescription<T> layer_;
  std::size_t batch_size_, inputs_;
  double share_;  // of the nonzeros
  CompressedSamples<T> samples_;
  BatchLists<T> lists_;
  PanelWeights<T> weights_;
  std::vector<Scratch> scratch_;
};

}  // namespace reprise
