// Products of a sparse and a dense matrix by MKL's inspector-executor functions (mkl_spblas.h). Of
// the BLAS libraries that we know only MKL has any.
#pragma once

#include <optional>

#include "reprise/kernels/blas/families.hpp"
#include "reprise/kernels/gathered_csr.hpp"

namespace reprise {

class SparseProducts {
 public:
  // Nothing if the library lacks a function.
  static std::optional<SparseProducts> of(const BlasSymbols& symbols);

  // c = a b + beta c, or with the transpose of a. The sparse a has `columns` columns; b and c are
  // row-major with n columns. Throws Error (exit code 3) if the library reports a failure.
  template <class T>
  void multiply(bool transposed, const GatheredCsr<T>& a, int columns, const T* b, int n, T beta,
                T* c) const;

 private:
  struct Description {  // matrix_descr
    int type, mode, diagonal;
  };
  template <class T>
  struct Functions {
    int (*create)(void** matrix, int base, int rows, int columns, const int* begins,
                  const int* ends, const int* col_idx, const T* values) = nullptr;
    int (*multiply)(int operation, T alpha, void* matrix, Description, int layout, const T* b,
                    int columns, int ldb, T beta, T* c, int ldc) = nullptr;
  };
  template <class T>
  const Functions<T>& functions() const;

  Functions<float> float32_;
  Functions<double> float64_;
  int (*destroy_)(void* matrix) = nullptr;
};

}  // namespace reprise
