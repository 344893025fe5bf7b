// The BLAS of this process. It is loaded when a backend first needs it, and a process has only one:
// two would start threads of their own, and both would be measured with the other's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reprise/kernels/blas/families.hpp"
#include "reprise/kernels/blas/sparse.hpp"

namespace reprise {

// Where the library of a backend is. `backend` is the name of a family, "blas" for the system's, or
// "blas:FILE".
struct BlasPlace {
  std::string file = {};                 // "" if there is none
  const BlasFamily* family = nullptr;    // null if unknown
  std::vector<std::string> others = {};  // more copies, which are not used
  std::string missing = {};              // why there is none, to follow the backend's name
};
BlasPlace place_of_blas(std::string_view backend);

class BlasLibrary {
 public:
  // Loads the library of a backend, once. Throws Error with exit code 3 if there is none, if it has
  // no cblas_sgemm and cblas_dgemm or takes 64-bit integers, and with exit code 2 if this process
  // has loaded another one.
  static const BlasLibrary& of(std::string_view backend);
  // The library that is loaded, or null.
  static const BlasLibrary* loaded();

  const std::string& backend() const { return backend_; }
  const BlasFacts& facts() const { return facts_; }
  bool has_threads() const { return static_cast<bool>(set_threads_); }
  // Does nothing if the library's threads are not known.
  void set_threads(int threads) const;
  // Sets them and returns how many the library takes: 1 if it is serial or not known to us.
  int usable_threads(int wanted) const;
  // Throws Error (exit code 3) if these are not as many.
  void require_threads(int wanted) const;
  // For records: "OpenBLAS 0.3.21, kernels for Haswell, threads: pthreads".
  std::string description() const;
  // The threads of the next product, if the library tells.
  std::optional<int> threads() const;

  // Its sparse products, or null if it has none.
  const SparseProducts* sparse() const { return sparse_ ? &*sparse_ : nullptr; }

  // C = A B + beta C in row-major order (cblas_sgemm, cblas_dgemm). A has m rows and k columns, or
  // the reverse if it is transposed; lda and ldb are the columns of the matrices in memory.
  void gemm(bool transposed_a, bool transposed_b, int m, int n, int k, const float* a, int lda,
            const float* b, int ldb, float beta, float* c) const;
  void gemm(bool transposed_a, bool transposed_b, int m, int n, int k, const double* a, int lda,
            const double* b, int ldb, double beta, double* c) const;

 private:
  BlasLibrary(std::string_view backend, const BlasPlace& place);

  template <class T>
  using Gemm = void(int order, int trans_a, int trans_b, int m, int n, int k, T alpha, const T* a,
                    int lda, const T* b, int ldb, T beta, T* c, int ldc);

  std::string backend_;
  SharedObject object_;
  BlasFacts facts_;
  Gemm<float>* sgemm_ = nullptr;
  Gemm<double>* dgemm_ = nullptr;
  std::optional<SparseProducts> sparse_;
  std::function<void(int)> set_threads_;
  std::function<int()> get_threads_;
};

}  // namespace reprise
