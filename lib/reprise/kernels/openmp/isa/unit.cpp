// Compiled once for each instruction set, with REPRISE_ISA as the name of its namespace
// (lib/CMakeLists.txt). Nothing in here may leave an inline function of another header behind: the
// linker keeps one copy of such a function for the whole program and might take the AVX-512 one
// (tests/kernels/isa_units_test.py). Tables are constants, so that nothing of a unit runs before it
// is asked to.
#include "reprise/kernels/openmp/isa/batch1.hpp"
#include "reprise/kernels/openmp/isa/column.hpp"
#include "reprise/kernels/openmp/isa/listed_products.hpp"
#include "reprise/kernels/openmp/isa/lists.hpp"
#include "reprise/kernels/openmp/isa/product.hpp"
#include "reprise/kernels/openmp/isa/rmsprop.hpp"
#include "reprise/kernels/openmp/isa/rules.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// The compiler vectorises this over weights, square roots and quotients too. flatten: the formula
// is an inline function of a shared header.
template <class T, class Formula>
[[gnu::flatten]] void optimizer_pass(const void* type_erased, const OptimizerPiece<T>& piece) {
  const Formula formula = *static_cast<const Formula*>(type_erased);
  const std::size_t n = piece.n, columns = piece.columns;
  for (std::size_t row = 0; row < piece.rows; ++row) {
    T* __restrict w = piece.weights + row * piece.step;
    const T* __restrict g = piece.gradients + row * columns;
    T* __restrict slots = piece.slots + row * piece.step;
    for (std::size_t i = 0; i < columns; ++i) {
      T state[Formula::slots + 1];  // one more: a rule may have none
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
  if constexpr (std::is_same_v<Formula, BookFormula>) return rmsprop_pass;
#endif
  return optimizer_pass<T, Formula>;
}

// A rule that calls functions of the user's has no place among these.
template <class T, class Rule>
constexpr typename IsaKernels<T>::Losses loss_of() {
  if constexpr (requires { Rule::is_custom; }) {
    return nullptr;
  } else {
    return loss_rows<T, Rule>;
  }
}

template <class T, class... Formula, class... Rule, class... LossRule>
constexpr IsaKernels<T> table(FormulaList<Formula...>, const std::variant<Rule...>*,
                              const std::variant<LossRule...>*) {
  return {kTileRows,
          kTileColumns<T>,
          add_product<true, T>,
          add_product<false, T>,
          add_product_of_one_column<T>,
          sum_listed_rows<T>,
          add_listed_products<true, T>,
          add_listed_products<false, T>,
          add_to_listed_rows<T>,
          sum_rows<T>,
          {activation_forward<T, Rule>...},
          {activation_backward<T, Rule>...},
          {loss_of<T, LossRule>()...},
          {pass_of<T, Formula>()...},
          {single_steps<T, Formula>...}};
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
