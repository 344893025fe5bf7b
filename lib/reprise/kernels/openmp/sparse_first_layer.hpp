// A wide first layer on sparse samples: its forward pass and its optimizer step, for one batch.
//
// Row by row, the forward pass would read megabytes of weights for each row and use every weight
// once. Instead it takes the units in panels of eight vectors and the inputs in ranges. The weights
// of a panel and a range (28 KiB) stay in the first-level cache while all rows of the batch use
// them, and z holds the partial sums between ranges. If the layer has several panels, a panel's
// weights are first copied to contiguous memory: in place its rows are 2 KiB apart and would fill
// only an eighth of the cache's sets. Reviews have few words in such a range. Their ranges grow
// until they have at least 12 nonzeros per row, and are read in place if they no longer fit.
//
// For the optimizer step the batch is transposed, so that a gradient is summed in registers, and
// the optimizer reads it from 8 KiB of scratch memory. Each thread owns a range of inputs and
// transposes its part of the batch itself.
//
// Plain counterparts are csr_forward and csr_backward_weights of reference/backend.cpp: the same
// sums in the same order.
#pragma once

#include <optional>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/openmp/column_partition.hpp"
#include "reprise/kernels/openmp/csc_batch.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"
#include "reprise/kernels/plan.hpp"

namespace reprise {

template <class T>
class SparseFirstLayer {
 public:
  // `team`, `kernels` and the arrays of `samples` must outlive the object.
  SparseFirstLayer(Team& team, const IsaKernels<T>& kernels, const CsrView& samples,
                   const DenseDescription<T>& layer);

  // z = x kernel + bias for the batch with these rows of the samples
  void forward(std::span<const std::int32_t> rows, MatrixView<T> z);

  // Divides the inputs among the threads: range r is [bounds[r], bounds[r + 1]).
  void set_input_ranges(const std::vector<std::size_t>& bounds);

  // Computes the gradients of the kernel's rows in one range of inputs from a batch with these
  // rows, and makes an optimizer step for them. `slots` points to the first slot of the kernel's
  // first weight; its next slot lies `n` values further.
  struct Step {
    typename IsaKernels<T>::OptimizerPass pass;
    const void* formula;
    T* slots;
    std::size_t n;
  };
  void update(std::size_t range, std::span<const std::int32_t> rows, MatrixView<const T> dz,
              const Step& step);

 private:
  struct InputRange {
    std::size_t first, last;
    CscBatch batch = {};
    HugePageVector<T> dz = {}, gradients = {};  // for one panel
  };

  void make_ranges(const CsrView& pattern);
  // z of rows [first, last) of the batch and columns [column, column + columns)
  void add_panel(const CsrPanelProduct<T>& whole, std::size_t column, std::size_t columns,
                 std::size_t first, std::size_t last, T* copy) const;
  void update_panel(InputRange& range, std::size_t column, std::size_t columns,
                    const Step& step) const;

  Team& team_;
  const IsaKernels<T>& kernels_;
  CsrView samples_;
  DenseDescription<T> layer_;
  std::size_t units_;
  std::vector<std::size_t> bounds_;  // of the ranges of inputs in the forward pass
  ColumnPartition forward_ranges_, owned_ranges_;
  std::size_t longest_copied_ = 0;  // inputs of the longest range that is copied
  HugePageVector<T> panel_copies_;  // one panel per thread
  std::vector<InputRange> input_ranges_;
};

}  // namespace reprise
