// A wide first layer on sparse samples: its forward pass and its optimizer step, for one batch.
//
// Row by row, the forward pass would read megabytes of weights for each row and use every weight
// once. Instead it takes the units in panels (panel_weights.hpp) and the inputs in ranges. The
// weights of a panel and a range stay in the first- or second-level cache while all rows of the
// batch use them, and those of the next range are prefetched. Scratch memory holds the partial sums
// between ranges.
//
// For the optimizer step the batch is transposed, so that a gradient is summed in registers, and
// the optimizer reads it from 8 KiB of scratch memory. Each thread owns some of the ranges and
// transposes its part of the batch itself.
//
// Plain counterparts are csr_forward and csr_backward_weights of reference/backend.cpp: the same
// sums in the same order.
#pragma once

#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/core/parallel.hpp"
#include "reprise/kernels/openmp/csc_batch.hpp"
#include "reprise/kernels/openmp/csr_ranges.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"
#include "reprise/kernels/openmp/panel_weights.hpp"
#include "reprise/kernels/plan.hpp"

namespace reprise {

template <class T>
class SparseFirstLayer {
 public:
  // The network's first layer must be dense. It trains on `rows` samples, which have nonzeros[k]
  // nonzeros in column k. Thread t updates the weights of inputs bounds[t] to bounds[t + 1] - 1.
  // `team` and `kernels` must outlive the object.
  SparseFirstLayer(Team& team, const IsaKernels<T>& kernels, const NetworkDescription<T>& network,
                   std::size_t rows, const std::vector<std::size_t>& nonzeros,
                   const std::vector<std::size_t>& bounds);

  PanelWeights<T>& weights() { return weights_; }

  // z = x kernel + bias for the batch with these rows of `samples`, those of the training or others
  void forward(const CsrView& samples, std::span<const std::int32_t> rows, MatrixView<T> z);
  // Computes the gradients of a thread's rows of the kernel from the batch of the last forward
  // pass, and makes an optimizer step for them. The slots must be packed.
  void update(std::size_t thread, MatrixView<const T> dz, const StepFormula<T>& step);

 private:
  struct Part {
    std::size_t first_range, last_range;
    CscBatch batch = {};
    HugePageVector<T> dz = {}, gradients = {};  // for one panel
  };

  // z of rows [first, last) of the batch and the columns of a panel
  void forward_panel(std::size_t panel, std::size_t first, std::size_t last, T* sums,
                     MatrixView<T> z) const;
  void update_panel(Part& part, std::size_t panel, const StepFormula<T>& step);

  Team& team_;
  const IsaKernels<T>& kernels_;
  DenseDescription<T> layer_;
  std::size_t units_;
  PanelWeights<T> weights_;
  std::vector<std::size_t> bounds_;  // of the ranges of inputs
  CsrRanges batch_;
  std::vector<HugePageVector<T>> sums_;  // one panel of z per thread
  std::vector<Part> parts_;              // one for each thread that updates weights
};

}  // namespace reprise
