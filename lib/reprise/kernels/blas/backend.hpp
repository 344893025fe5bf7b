// Dense layers with the gemm of the system's BLAS, in float32 and float64. Sparse inputs,
// activations, losses and optimizers use openmp's kernels.
//
// The backend links to the generic libblas.so.3, so the distribution's alternatives select the
// library each time a program starts. Neither its bits nor its speed are known in advance.
#pragma once

#include <string>

#include "reprise/kernels/openmp/backend.hpp"

namespace reprise {

// The library that was loaded.
struct BlasLibrary {
  std::string file;          // the shared library that defines cblas_sgemm
  std::string version;       // as the library reports it, or ""
  void (*set_threads)(int);  // null if unknown; the library then counts as single-threaded
};
const BlasLibrary& blas_library();

template <class T>
class BlasBackend final : public OpenmpBackend<T> {
 public:
  // `team` and `isa` as for OpenmpBackend.
  BlasBackend(Team& team, std::string_view isa) : OpenmpBackend<T>(team, isa, false) {}

  std::string_view name() const override { return "blas"; }
  // OpenBLAS's own description, which includes the kernel set it chose, or the file name of another
  // library.
  std::string implementation() const override {
    const auto& [file, version, set_threads] = blas_library();
    return version.empty() ? file.substr(file.rfind('/') + 1) : version;
  }
  // Keeps no threads awake: a BLAS on OpenMP would run inside their parallel region, on one thread.
  void session(const std::function<void()>& body) override { body(); }
  void dense_forward(MatrixView<const T> x, MatrixView<const T> kernel, std::span<const T> bias,
                     MatrixView<T> z) override;
  void dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                           MatrixView<T> dx) override;
  void dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz, MatrixView<T> dkernel,
                              std::span<T> dbias) override;

 private:
  struct Operand;
  void multiply(const Operand& a, const Operand& b, std::span<const T> bias, MatrixView<T> c);
};

}  // namespace reprise
