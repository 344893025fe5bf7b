// This file is compiled once per instruction set, with REPRISE_ISA as the name of its namespace
// (lib/CMakeLists.txt). Every inline function of a shared header must be inlined here: the linker
// keeps one copy of such a function for the whole program, which might be the AVX-512 one
// (tests/kernels/isa_units_test.py). The tables are constants, so no code of a unit runs before the
// backend chooses it.
#include "reprise/kernels/openmp/isa/batch1.hpp"
#include "reprise/kernels/openmp/isa/csr_panel_product.hpp"
#include "reprise/kernels/openmp/isa/csr_product.hpp"
#include "reprise/kernels/openmp/isa/lane_product.hpp"
#include "reprise/kernels/openmp/isa/lane_scatter.hpp"
#include "reprise/kernels/openmp/isa/matrix_vector.hpp"
#include "reprise/kernels/openmp/isa/narrow_layers.hpp"
#include "reprise/kernels/openmp/isa/panel_product.hpp"
#include "reprise/kernels/openmp/isa/product.hpp"
#include "reprise/kernels/openmp/isa/rmsprop.hpp"
#include "reprise/kernels/openmp/isa/rmsprop_undivided.hpp"
#include "reprise/kernels/openmp/isa/rules.hpp"
#include "reprise/kernels/openmp/isa/skipped_steps.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// The compiler vectorises this loop over the weights, including square roots and divisions.
// [[gnu::flatten]] inlines the formula, which is an inline function of a shared header.
template <class T, class Formula>
[[gnu::flatten]] void optimizer_pass(const void* type_erased, const OptimizerPiece<T>& piece) {
  const Formula formula = *static_cast<const Formula*>(type_erased);
  const std::size_t n = piece.n, columns = piece.columns;
  for (std::size_t row = 0; row < piece.rows; ++row) {
    T* __restrict w = piece.weights + row * piece.stride;
    const T* __restrict g = piece.gradients + row * columns;
    T* __restrict slots = piece.slots + row * piece.stride;
    for (std::size_t i = 0; i < columns; ++i) {
      T state[Formula::slots + 1];  // one more, because a formula may have no slots
      for (int s = 0; s < Formula::slots; ++s) state[s] = slots[s * n + i];
      formula(w[i], g[i], state);
      for (int s = 0; s < Formula::slots; ++s) slots[s * n + i] = state[s];
    }
  }
  for (std::size_t i = 0; piece.cleared != nullptr && i < piece.rows * columns; ++i) {
    piece.cleared[i] = T(0);
  }
}

template <class T, class Formula>
constexpr typename IsaKernels<T>::OptimizerPass pass_of() {
#if defined(__FMA__)
  if constexpr (std::is_same_v<Formula, BookFormula>) return rmsprop_pass<true>;
#endif
  return optimizer_pass<T, Formula>;
}

template <class T>
constexpr auto rmsprop_forms() {
  using Formula = RMSpropFormula<T, false, false, false>;
  using Kernels = IsaKernels<T>;
  decltype(Kernels::rmsprop_forms) forms{};
  forms[Kernels::by_default] = {pass_of<T, Formula>(), batch1_steps<T, Formula>};
#if defined(__FMA__)
  if constexpr (std::is_same_v<Formula, BookFormula>) {
    forms[Kernels::processor_roots] = {rmsprop_pass<false>,
                                       batch1_steps<T, Formula, ProcessorRoots>};
  }
#endif
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<Formula, BookFormula>)
    forms[Kernels::undivided] = {undivided_rmsprop_pass, nullptr};
#endif
  return forms;
}

// A custom loss calls the user's functions, so the table has no kernel for it.
template <class T, class Rule>
constexpr typename IsaKernels<T>::Losses loss_of() {
  if constexpr (requires { Rule::is_custom; }) {
    return nullptr;
  } else {
    return loss_rows<T, Rule>;
  }
}

template <class T, class Rule>
constexpr typename IsaKernels<T>::SoftmaxLosses softmax_loss_of() {
  if constexpr (requires(const Rule rule, std::span<const T> target) { rule.targets(target); }) {
    return softmax_loss_rows<T, Rule>;
  } else {
    return nullptr;
  }
}

template <class T, class... Formula, class... Rule, class... LossRule>
constexpr IsaKernels<T> table(FormulaList<Formula...>, const std::variant<Rule...>*,
                              const std::variant<LossRule...>*) {
  return {kTileRows,
          kTileColumns<T>,
          add_product<T>,
          matrix_vector_product<T>,
          multiply_lanes<T>,
          add_halves<T>,
          scatter_lanes<T>,
          csr_multiply<T>,
          csr_multiply_panel<T>,
          panel_multiply<T>,
          compress<T>,
          sum_rows<T>,
          narrow_layers<T>,
          {activation_forward<T, Rule>...},
          {activation_backward<T, Rule>...},
          {loss_of<T, LossRule>()...},
          {softmax_loss_of<T, LossRule>()...},
          {pass_of<T, Formula>()...},
          pass_active_rows<T>,
          make_skipped_steps<T>,
          {batch1_steps<T, Formula>...},
          rmsprop_forms<T>()};
}
template <class T>
constexpr IsaKernels<T> table() {
  return table<T>(Formulas<T>{}, static_cast<const Activation*>(nullptr),
                  static_cast<const Loss*>(nullptr));
}

}  // namespace

extern const IsaKernels<float> kernels_float32;
extern const IsaKernels<double> kernels_float64;
constinit const IsaKernels<float> kernels_float32 = table<float>();
constinit const IsaKernels<double> kernels_float64 = table<double>();

}  // namespace reprise::REPRISE_ISA
