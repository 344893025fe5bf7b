// A wide first layer on sparse samples, a batch at a time: its forward pass, and its weights' step.
//
// A row of the batch would read megabytes of weights, each once. So columns of the layer are taken
// in panels of eight vectors, and inputs in ranges whose panel of weights stays in the first-level
// cache (28 KiB) while all rows of the batch pass; a sum rests in z between ranges. Panels of
// several are copied together first: their rows lie 2 KiB apart, which would leave them an eighth
// of the cache's sets. Reviews have few words in a range, so that theirs grow to at least 12
// entries a row, and are read in place once they no longer fit.
//
// For the step the batch is turned round, so that a gradient is summed in registers; the optimizer
// takes it from a scratch of 8 KiB. Threads own ranges of inputs, whose lists they turn themselves.
//
// Plain twins: csr_ and dense_, forward and backward_weights, of reference/backend.cpp, the same
// sums in the same order without the terms that are 0. MNIST on one thread, an epoch: 690 ms, as
// dense products 1430; with dz's panels read in place, 2 KiB apart, and an address computed for
// each vector 870.

#pragma once

#include <optional>
#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/openmp/column_partition.hpp"
#include "reprise/kernels/openmp/csc_batch.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"
#include "reprise/kernels/openmp/sparse_rows.hpp"

namespace reprise {

template <class T>
class FirstLayer {
 public:
  // `team`, `kernels` and `samples` must outlive it.
  FirstLayer(Team& team, const IsaKernels<T>& kernels, const SparseRows<T>& samples,
             const DenseDescription<T>& layer);

  // z = x kernel + bias for the batch of these rows.
  void forward(std::span<const std::int32_t> rows, MatrixView<T> z);

  // What the threads own of the inputs: share s is [bounds[s], bounds[s + 1]).
  void set_shares(const std::vector<std::size_t>& bounds);

  // A step of the optimizer for the rows of the kernel in one share, after a batch of these rows.
  // `slots` are those of the kernel's first weight, each `n` behind the one before.
  struct Step {
    typename IsaKernels<T>::OptimizerPass pass;
    const void* formula;
    T* slots;
    std::size_t n;
  };
  void update(std::size_t share, std::span<const std::int32_t> rows, MatrixView<const T> dz,
              const Step& step);

 private:
  struct Share {
    std::size_t first, last;
    CscBatch<T> columns = {};
    HugePageVector<T> dz = {}, gradients = {};  // of a panel
  };

  void make_ranges(const CsrView& places);
  // Rows [first, last) of the batch and columns [column, column + columns).
  void add_panel(const ListedProducts<T>& whole, std::size_t column, std::size_t columns,
                 std::size_t first, std::size_t last, T* copy) const;
  void update_panel(Share& share, std::size_t column, std::size_t columns, const Step& step) const;

  Team& team_;
  const IsaKernels<T>& kernels_;
  const SparseRows<T>& samples_;
  DenseDescription<T> layer_;
  std::size_t units_;
  std::vector<std::size_t> bounds_;  // of the ranges of inputs in the forward pass
  ColumnPartition ranges_, owned_;
  std::size_t longest_copied_ = 0;  // range, in rows of weights
  HugePageVector<T> copies_;        // one panel's range a thread
  std::vector<Share> shares_;
};

}  // namespace reprise
