// Dense layers by the gemm of whatever BLAS the system has, float32 and float64; sparse inputs and
// rules are openmp's.
//
// Linked to the generic libblas.so.3: the distribution's alternatives say which library that is,
// from one start of a program to the next. What is known of its bits is as little as of its speed.
#pragma once

#include <string>

#include "reprise/kernels/openmp/backend.hpp"

namespace reprise {

// The library that was loaded.
struct BlasLibrary {
  std::string file;          // that holds cblas_sgemm
  std::string version;       // as the library says it, or ""
  void (*set_threads)(int);  // or null: then it counts as having one thread
};
const BlasLibrary& blas_library();

template <class T>
class BlasBackend final : public OpenmpBackend<T> {
 public:
  using OpenmpBackend<T>::OpenmpBackend;

  std::string_view name() const override { return "blas"; }
  // What OpenBLAS says of itself, its core included; of another library the file's name.
  std::string implementation() const override {
    const auto& [file, version, set_threads] = blas_library();
    return version.empty() ? file.substr(file.rfind('/') + 1) : version;
  }
  // No threads kept awake: an OpenMP BLAS would find itself inside their parallel region, with one.
  void session(const std::function<void()>& body) override { body(); }
  void dense_forward(MatrixView<const T> x, MatrixView<const T> kernel, std::span<const T> bias,
                     MatrixView<T> z) override;
  void dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                           MatrixView<T> dx) override;
  void dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz, MatrixView<T> dkernel,
                              std::span<T> dbias) override;
  // Steps through the primitives.
  std::unique_ptr<Plan<T>> make_plan(const NetworkDescription<T>& network,
                                     const Samples<T>& samples, std::size_t batch_size) override;

 private:
  struct Factor;
  void multiply(const Factor& a, const Factor& b, std::span<const T> bias, MatrixView<T> c);
};

}  // namespace reprise
