#include "reprise/kernels/blas/backend.hpp"

#include <cblas.h>
#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

template <class Function>
Function* symbol(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

// "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=128", or "".
std::string openblas_version() {
  const auto config = symbol<char*()>("openblas_get_config");
  return config == nullptr ? "" : config();
}

BlasLibrary loaded() {
  BlasLibrary library{"unknown", openblas_version(), symbol<void(int)>("openblas_set_num_threads")};
  Dl_info info{};
  // dlsym, because the function's address in this program may be that of a jump to it
  if (dladdr(dlsym(RTLD_DEFAULT, "cblas_sgemm"), &info) != 0 && info.dli_fname != nullptr) {
    std::error_code failed;
    const auto file = std::filesystem::canonical(info.dli_fname, failed);
    library.file = failed ? info.dli_fname : file.string();
  }
  return library;
}

int to_int(std::size_t n) {
  if (n > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw Error("backend 'blas': found a matrix of " + std::to_string(n) +
                " rows or columns, expected at most 2147483647");
  }
  return static_cast<int>(n);
}

void gemm(CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int rows, int columns, int terms,
          const float* a, int lda, const float* b, int ldb, float beta, float* c) {
  cblas_sgemm(CblasRowMajor, trans_a, trans_b, rows, columns, terms, 1.0f, a, lda, b, ldb, beta, c,
              columns);
}
void gemm(CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, int rows, int columns, int terms,
          const double* a, int lda, const double* b, int ldb, double beta, double* c) {
  cblas_dgemm(CblasRowMajor, trans_a, trans_b, rows, columns, terms, 1.0, a, lda, b, ldb, beta, c,
              columns);
}

}  // namespace

const BlasLibrary& blas_library() {
  static const BlasLibrary library = loaded();
  return library;
}

// A matrix as it lies in memory, and whether the product takes its transpose.
template <class T>
struct BlasBackend<T>::Operand {
  MatrixView<const T> matrix;
  bool transposed = false;
};

// c = a b + bias. The library never sees a size of 0: an empty result needs no work, and an empty
// sum is 0 or the bias.
//
// The threads of a BLAS that does not use OpenMP do not flush denormals. Denormals then occur only
// in results, and the code that reads those flushes them.
template <class T>
void BlasBackend<T>::multiply(const Operand& a, const Operand& b, std::span<const T> bias,
                              MatrixView<T> c) {
  if (c.rows == 0 || c.cols == 0) return;
  const std::size_t terms = b.transposed ? b.matrix.cols : b.matrix.rows;
  if (bias.empty() && terms == 0) std::ranges::fill(c.flat(), T(0));
  for (std::size_t i = 0; i < c.rows && !bias.empty(); ++i) {
    std::ranges::copy(bias, c.row(i).begin());
  }
  if (terms == 0) return;
  if (const auto set_threads = blas_library().set_threads) set_threads(this->team().threads());
  const auto trans = [](const Operand& f) { return f.transposed ? CblasTrans : CblasNoTrans; };
  gemm(trans(a), trans(b), to_int(c.rows), to_int(c.cols), to_int(terms), a.matrix.data,
       to_int(a.matrix.cols), b.matrix.data, to_int(b.matrix.cols), bias.empty() ? T(0) : T(1),
       c.data);
}

template <class T>
void BlasBackend<T>::dense_forward(MatrixView<const T> x, MatrixView<const T> kernel,
                                   std::span<const T> bias, MatrixView<T> z) {
  multiply({x}, {kernel}, bias, z);
}

template <class T>
void BlasBackend<T>::dense_backward_data(MatrixView<const T> dz, MatrixView<const T> kernel,
                                         MatrixView<T> dx) {
  multiply({dz}, {kernel, true}, {}, dx);
}

template <class T>
void BlasBackend<T>::dense_backward_weights(MatrixView<const T> x, MatrixView<const T> dz,
                                            MatrixView<T> dkernel, std::span<T> dbias) {
  multiply({x, true}, {dz}, {}, dkernel);
  this->sum_rows(dz, dbias);
}

template class BlasBackend<float>;
template class BlasBackend<double>;

}  // namespace reprise
