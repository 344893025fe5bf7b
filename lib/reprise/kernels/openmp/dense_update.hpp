// The second half of a training step for dense inputs: gradients of the weights and the optimizer's
// step, divided among threads.
//
// Weights are updated in blocks, so that the optimizer reads gradients that are still in the cache:
// the gradients of a block exist only in the scratch memory of its thread. Blocks follow the order
// of the arena and are assigned to threads by cost.
#pragma once

#include <vector>

#include "reprise/core/huge_page_vector.hpp"
#include "reprise/kernels/batch_step.hpp"
#include "reprise/kernels/openmp/isa_kernels.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

// The gradient x^T dz of rows [first, first + n) of a kernel, to the contiguous rows of `out`. A
// kernel with one column is computed as a row, which fills whole vectors.
template <class T>
Product<T> gradient_product(MatrixView<const T> x, std::size_t first, std::size_t n,
                            MatrixView<const T> dz, T* out) {
  const T* const left = x.data + first;
  if (dz.cols == 1) return {1, n, dz.rows, dz.data, 1, 1, left, x.cols, 1, out, nullptr};
  return {n, dz.cols, dz.rows, left, 1, x.cols, dz.data, dz.cols, 1, out, nullptr};
}

// Calls use(step) with the pass and the formula of the network's current optimizer step.
template <class T, class Use>
void with_step(const IsaKernels<T>& kernels, const NetworkDescription<T>& network, Use&& use) {
  with_formula<T>(network.optimizer, network.state->step, [&](const auto& formula) {
    using Formula = std::remove_cvref_t<decltype(formula)>;
    use(StepFormula<T>{kernels.optimizer_pass[Formulas<T>::template index<Formula>()], &formula});
  });
}

// Rows of one variable: of a kernel, or a bias, which counts as one row.
struct VariableRows {
  std::size_t layer;
  bool is_bias;
  std::size_t first_row, last_row, width;
};

// All variables of the network's dense layers, in the order of the arena.
template <class T>
std::vector<VariableRows> variable_rows(const NetworkDescription<T>& network);
// The same without the first kernel, which some plans update in their own way.
template <class T>
std::vector<VariableRows> variables_after_first_kernel(const NetworkDescription<T>& network);

template <class T>
class DenseUpdate {
 public:
  DenseUpdate() = default;
  // `step` and `kernels` must outlive the object. Divides `variables` among `parts` threads; a row
  // costs about batch_size multiply-adds for each of its weights.
  DenseUpdate(const BatchStep<T>& step, const IsaKernels<T>& kernels,
              const std::vector<VariableRows>& variables, std::size_t batch_size,
              std::size_t parts);

  // The cost of all rows in multiply-adds.
  static std::size_t cost(const std::vector<VariableRows>& variables, std::size_t batch_size);

  // Updates the weights of one part from the current batch of the step.
  void run(std::size_t part, const StepFormula<T>& step);

 private:
  struct Block {
    std::size_t first, last;  // positions in the arena
    std::vector<VariableRows> rows;
    std::size_t size() const { return last - first; }
  };
  struct Part {
    std::vector<Block> blocks;
    HugePageVector<T> gradients = {};
  };

  void add_row(Part& part, const VariableRows& variable, std::size_t row);
  void set_gradients(const VariableRows& rows, std::span<T> out) const;

  const BatchStep<T>* step_ = nullptr;
  const IsaKernels<T>* kernels_ = nullptr;
  std::vector<Part> parts_;
};

}  // namespace reprise
