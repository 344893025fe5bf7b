#include "reprise/kernels/openmp/dense_update.hpp"

#include <algorithm>

#include "reprise/kernels/openmp/work.hpp"
#include "reprise/kernels/penalties.hpp"

namespace reprise {

namespace {

constexpr std::size_t kBlockBytes = 512 << 10;  // of gradients, half of a second-level cache

// The cost in multiply-adds of the gradients and the optimizer step for one row of a variable. A
// product keeps its sums in registers, so a term takes about a quarter of a sparse term's time.
std::size_t cost_of_row(const VariableRows& variable, std::size_t batch_size) {
  return variable.width * (batch_size / 4 + kOptimizerStepWork);
}

}  // namespace

template <class T>
std::vector<VariableRows> variable_rows(const NetworkDescription<T>& network) {
  std::vector<VariableRows> all;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto* dense = std::get_if<DenseDescription<T>>(&network.layers[l]);
    if (dense == nullptr) continue;
    all.push_back({l, false, 0, dense->kernel.rows, dense->kernel.cols});
    if (!dense->bias.empty()) all.push_back({l, true, 0, 1, dense->kernel.cols});
  }
  return all;
}

template <class T>
std::vector<VariableRows> variables_after_first_kernel(const NetworkDescription<T>& network) {
  std::vector<VariableRows> all = variable_rows(network);
  all.erase(all.begin());
  return all;
}

template <class T>
std::size_t DenseUpdate<T>::cost(const std::vector<VariableRows>& variables,
                                 std::size_t batch_size) {
  std::size_t sum = 0;
  for (const VariableRows& variable : variables) {
    sum += (variable.last_row - variable.first_row) * cost_of_row(variable, batch_size);
  }
  return sum;
}

template <class T>
DenseUpdate<T>::DenseUpdate(const BatchStep<T>& step, const IsaKernels<T>& kernels,
                            const std::vector<VariableRows>& variables, std::size_t batch_size,
                            std::size_t parts)
    : step_(&step), kernels_(&kernels), parts_(parts) {
  const std::size_t all = cost(variables, batch_size);
  std::size_t so_far = 0;
  for (const VariableRows& variable : variables) {
    for (std::size_t row = variable.first_row; row < variable.last_row; ++row) {
      add_row(parts_[std::min(parts - 1, so_far * parts / all)], variable, row);
      so_far += cost_of_row(variable, batch_size);
    }
  }
  for (Part& part : parts_) {
    std::size_t largest = 0;
    for (const Block& block : part.blocks) largest = std::max(largest, block.size());
    part.gradients.assign(largest, T(0));
  }
}

template <class T>
void DenseUpdate<T>::add_row(Part& part, const VariableRows& variable, std::size_t row) {
  const DenseDescription<T>& dense = step_->dense(variable.layer);
  const T* const values = variable.is_bias ? dense.bias.data() : dense.kernel.row(row).data();
  const auto at = static_cast<std::size_t>(values - step_->network().variables.data());
  if (part.blocks.empty() || part.blocks.back().size() * sizeof(T) >= kBlockBytes ||
      part.blocks.back().last != at) {
    part.blocks.push_back({at, at, {}});
  }
  Block& block = part.blocks.back();
  if (block.rows.empty() || row == variable.first_row) {
    block.rows.push_back({variable.layer, variable.is_bias, row, row, variable.width});
  }
  block.rows.back().last_row = row + 1;
  block.last = at + variable.width;
}

template <class T>
void DenseUpdate<T>::set_gradients(const VariableRows& rows, std::span<T> out) const {
  const MatrixView<const T> dz = step_->dz_of(rows.layer);
  const DenseDescription<T>& dense = step_->dense(rows.layer);
  if (rows.is_bias) {
    kernels_->sum_rows(dz.data, dz.rows, dz.cols, 0, dz.cols, out.data());
    add_penalty_gradient<T>(dense.regularizers.bias, dense.bias, out);
    return;
  }
  const std::size_t n = rows.last_row - rows.first_row;
  const auto x = std::get<MatrixView<const T>>(step_->input_of(rows.layer));
  const Product<T> product = gradient_product(x, rows.first_row, n, dz, out.data());
  kernels_->product(product, {0, product.rows, 0, product.columns});
  add_penalty_gradient<T>(dense.regularizers.kernel,
                          dense.kernel.slice(rows.first_row, rows.last_row).flat(), out);
}

template <class T>
void DenseUpdate<T>::run(std::size_t p, const StepFormula<T>& step) {
  const NetworkDescription<T>& network = step_->network();
  Part& part = parts_[p];
  for (const Block& block : part.blocks) {
    std::span<T> rest(part.gradients);
    for (const VariableRows& rows : block.rows) {
      const std::size_t size = (rows.last_row - rows.first_row) * rows.width;
      set_gradients(rows, rest.first(size));
      rest = rest.subspan(size);
    }
    step.pass(step.formula,
              {network.variables.data() + block.first, part.gradients.data(),
               network.slots.data() + block.first, network.variables.size(), block.size()});
  }
}

template std::vector<VariableRows> variable_rows(const NetworkDescription<float>&);
template std::vector<VariableRows> variable_rows(const NetworkDescription<double>&);
template std::vector<VariableRows> variables_after_first_kernel(const NetworkDescription<float>&);
template std::vector<VariableRows> variables_after_first_kernel(const NetworkDescription<double>&);
template class DenseUpdate<float>;
template class DenseUpdate<double>;

}  // namespace reprise
