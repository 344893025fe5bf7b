// Dense and sparse layers with Eigen's products, in float32 and float64. Activations, losses and
// optimizers use openmp's kernels.
//
// Eigen shares a dense product among OpenMP's threads if each gets 50,000 multiply-adds, and of the
// sparse ones only the forward pass.
#pragma once

#include "reprise/kernels/eigen/products.hpp"
#include "reprise/kernels/gathered_csr.hpp"
#include "reprise/kernels/openmp/backend.hpp"

namespace reprise {

template <class T>
class EigenBackend final : public OpenmpBackend<T> {
 public:
  // `team` and `isa` as for OpenmpBackend.
  EigenBackend(Team& team, std::string_view isa)
      : OpenmpBackend<T>(team, isa, false), isa_(isa), products_(eigen_products_of<T>(isa)) {}

  std::string_view name() const override { return "eigen"; }
  // For example "Eigen 3.4.0 avx2".
  std::string implementation() const override;
  // Keeps no threads awake: inside their parallel region Eigen would run on one thread.
  void session(const std::function<void()>& body) override { body(); }
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
  std::unique_ptr<Plan<T>> make_plan(const NetworkDescription<T>& network,
                                     const Samples<T>& samples, std::size_t batch_size) override;

 private:
  const EigenProducts<T>& products();
  EigenCsr<T> gathered(const CsrBatch& x);

  std::string isa_;
  const EigenProducts<T>& products_;
  GatheredCsr<T> batch_;
};

std::string eigen_version();

}  // namespace reprise
