// The plain backend: straightforward loops in float or double on one thread. Tests compare every
// other backend with it, so it is never optimised.
#pragma once

#include "reprise/kernels/backend.hpp"
#include "reprise/kernels/summation.hpp"

namespace reprise {

template <class T>
class ReferenceBackend final : public Backend<T> {
 public:
  explicit ReferenceBackend(Summation summation = Summation::ascending) : summation_(summation) {}

  std::string_view name() const override { return "reference"; }
  void dense_forward(MatrixView<const T> x, MatrixView<const T> kernel, std::span<const T> bias,
                     MatrixView<T> z) override;
  void dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                           MatrixView<T> dx) override;
  void dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz, MatrixView<T> dkernel,
                              std::span<T> dbias) override;
  void csr_forward(const CsrBatch& x, MatrixView<const T> kernel, std::span<const T> bias,
                   MatrixView<T> z) override;
  void csr_backward_weights(const CsrBatch& x, MatrixView<const T> dz, MatrixView<T> dkernel,
                            std::span<T> dbias) override;
  void activation_forward(const Activation& activation, MatrixView<const T> z,
                          MatrixView<T> y) override;
  void activation_backward(const Activation& activation, MatrixView<const T> z,
                           MatrixView<const T> y, MatrixView<T> dy) override;
  void loss(const Loss& loss, MatrixView<const T> target, MatrixView<const T> prediction,
            std::span<const T> upstream, std::span<T> values, MatrixView<T> gradient) override;
  void optimizer_pass(const Optimizer& optimizer, const OptimizerStep& step, std::span<T> weights,
                      std::span<const T> gradients, std::span<T> slots) override;

 private:
  void sum_rows(MatrixView<const T> dz, std::span<T> dbias) const;

  Summation summation_;
};

}  // namespace reprise
