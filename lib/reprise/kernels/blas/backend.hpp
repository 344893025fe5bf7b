// Dense layers with the gemm of a BLAS, in float32 and float64, and sparse ones with MKL's sparse
// products. Activations, losses, optimizers and other sparse layers use openmp's kernels.
//
// The library is loaded at run time by its name (library.hpp). Neither its bits nor its speed are
// known in advance.
#pragma once

#include <string>

#include "reprise/kernels/blas/library.hpp"
#include "reprise/kernels/openmp/backend.hpp"

namespace reprise {

template <class T>
class BlasBackend final : public OpenmpBackend<T> {
 public:
  // `team` and `isa` as for OpenmpBackend; `name` as for BlasLibrary::of, which loads the library.
  // With `sparse` its sparse products are used. Throws Error (exit code 3) if it has none, or not
  // as many threads as the team.
  BlasBackend(Team& team, std::string_view isa, std::string_view name, bool sparse);

  std::string_view name() const override { return name_; }
  // The library, its version and the kernels in use, for example "OpenBLAS 0.3.21 Haswell".
  std::string implementation() const override;
  // Keeps no threads awake: a BLAS on OpenMP would run inside their parallel region, on one thread.
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

 private:
  struct Operand;
  void multiply(const Operand& a, const Operand& b, std::span<const T> bias, MatrixView<T> c);

  std::string name_;
  const BlasLibrary& library_;
  const SparseProducts* sparse_;
  GatheredCsr<T> batch_;
};

}  // namespace reprise
