// Gradients and optimizer step of all variables but the first kernel, whose plan updates it itself.
// The rows of kernels and the biases are divided into pieces, and the pieces among the threads by
// cost. The gradients of a piece exist only in the scratch memory of its thread.
#pragma once

#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/kernels/batch_step.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"
#include "reprise/kernels/openmp/panel_layer.hpp"

namespace reprise {

template <class T>
class LayerUpdates {
 public:
  LayerUpdates(const IsaKernels<T>& kernels, const NetworkDescription<T>& network,
               std::size_t batch_size, std::size_t threads);

  // Multiply-adds of a step.
  std::size_t cost() const { return cost_; }
  // The share of one of `threads` threads in the step for the last batch.
  void update(std::size_t thread, std::size_t threads, const BatchStep<T>& batch,
              const StepFormula<T>& step);

 private:
  // Rows of a kernel, or a bias.
  struct Piece {
    std::size_t layer;
    bool is_bias;
    std::size_t first_row, last_row, width;
    std::size_t at;    // position in the arena
    std::size_t cost;  // multiply-adds of all pieces before this one
  };

  void add(std::size_t layer, bool is_bias, std::size_t rows, std::size_t width, std::size_t at);
  void set_gradients(const Piece& piece, const BatchStep<T>& batch, std::span<T> out) const;

  const IsaKernels<T>& kernels_;
  std::size_t batch_size_, cost_ = 0, largest_ = 0;
  std::vector<Piece> pieces_;
  std::vector<HugePageVector<T>> gradients_;  // one piece per thread
};

}  // namespace reprise
