// The softmax with its loss in one pass on every instruction set (softmax_loss in
// openmp/isa_kernels.hpp), against the reference's activation, loss and derivatives.
#include <gtest/gtest.h>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/tables.hpp"
#include "reprise/kernels/reference/backend.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

using testing::random_matrix;

template <class T>
void expect_equal(const Matrix<T>& got, const Matrix<T>& wanted, std::string_view what) {
  ASSERT_EQ(std::ranges::equal(got.view().flat(), wanted.view().flat()), true) << what;
}

template <class T>
void expect_reference_bits(std::string_view isa, const Loss& loss, bool on_logits,
                           std::size_t classes) {
  constexpr std::size_t kRows = 101;
  const auto z = random_matrix<T>(kRows, classes, 1, T(-9), T(9));
  const auto upstream = random_matrix<T>(1, kRows, 2, T(0), T(0.1));
  const bool sparse = has_sparse_targets(loss);
  Matrix<T> target(kRows, sparse ? 1 : classes);
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::size_t label = i * 7 % classes;
    target(i, sparse ? 0 : label) = sparse ? static_cast<T>(label) : T(1);
  }
  Matrix<T> y(kRows, classes), values(1, kRows), dz(kRows, classes);
  const IsaKernels<T>& kernels = kernels_of<T>(isa);
  const auto softmax_loss = kernels.softmax_loss[loss.index()];
  ASSERT_NE(softmax_loss, nullptr);
  const LossRows<T> rows{target.view().data, z.view().data, upstream.view().data,
                         target.cols(),      classes,       values.view().data,
                         dz.view().data};
  softmax_loss(address_of(loss), {rows, y.view().data, on_logits}, 0, 7);
  softmax_loss(address_of(loss), {rows, y.view().data, on_logits}, 7, kRows);

  ReferenceBackend<T> reference;
  Matrix<T> wanted_y(kRows, classes), wanted_values(1, kRows), wanted_dz(kRows, classes);
  reference.activation_forward(Softmax{}, z, wanted_y.view());
  reference.loss(loss, target, on_logits ? z : wanted_y, upstream.view().flat(),
                 wanted_values.view().flat(), wanted_dz.view());
  if (!on_logits) reference.activation_backward(Softmax{}, z, wanted_y, wanted_dz.view());
  expect_equal(y, wanted_y, "outputs");
  expect_equal(values, wanted_values, "values");
  expect_equal(dz, wanted_dz, "gradients");

  LossRows<T> without_gradient = rows;
  without_gradient.gradient = nullptr;
  softmax_loss(address_of(loss), {without_gradient, y.view().data, on_logits}, 0, kRows);
  expect_equal(values, wanted_values, "values without gradients");
}

TEST(SoftmaxLoss, EqualsTheReference) {
  const FlushDenormals flush;
  const SparseCategoricalCrossentropy as_logits{.form = CrossentropyForm::clipped_to_logits};
  const std::pair<Loss, bool> cases[] = {
      {CategoricalCrossentropy{}, false},
      {CategoricalCrossentropy{.label_smoothing = 0.1}, false},
      {CategoricalCrossentropy{.from_logits = true}, true},
      {CategoricalCrossentropy{.from_logits = true, .label_smoothing = 0.1}, true},
      {SparseCategoricalCrossentropy{}, false},
      {SparseCategoricalCrossentropy{.from_logits = true}, true},
      {as_logits, false}};
  for (const IsaInfo& isa : isas()) {
    if (!isa.available) continue;
    for (const auto& [loss, on_logits] : cases) {
      for (const std::size_t classes : {2, 10, 46, 1000}) {
        expect_reference_bits<float>(isa.name, loss, on_logits, classes);
        expect_reference_bits<double>(isa.name, loss, on_logits, classes);
      }
    }
  }
}

}  // namespace
}  // namespace reprise
