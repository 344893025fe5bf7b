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
  // by its name: the address in this program may be that of a jump to it
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

void gemm(CBLAS_TRANSPOSE a_as, CBLAS_TRANSPOSE b_as, int rows, int columns, int terms,
          const float* a, int a_step, const float* b, int b_step, float beta, float* c) {
  cblas_sgemm(CblasRowMajor, a_as, b_as, rows, columns, terms, 1.0f, a, a_step, b, b_step, beta, c,
              columns);
}
void gemm(CBLAS_TRANSPOSE a_as, CBLAS_TRANSPOSE b_as, int rows, int columns, int terms,
          const double* a, int a_step, const double* b, int b_step, double beta, double* c) {
  cblas_dgemm(CblasRowMajor, a_as, b_as, rows, columns, terms, 1.0, a, a_step, b, b_step, beta, c,
              columns);
}

}  // namespace

const BlasLibrary& blas_library() {
  static const BlasLibrary library = loaded();
  return library;
}

// As it lies in memory, and whether it is meant transposed.
template <class T>
struct BlasBackend<T>::Factor {
  MatrixView<const T> stored;
  bool transposed = false;
};

// c = a b + bias. Sizes of 0 never reach the library: an empty result is done, and an empty sum is
// 0, or the bias.
//
// A library's own threads, unlike OpenMP's, keep denormals; they arise in results only, whose next
// reader flushes them.
template <class T>
void BlasBackend<T>::multiply(const Factor& a, const Factor& b, std::span<const T> bias,
                              MatrixView<T> c) {
  if (c.rows == 0 || c.cols == 0) return;
  const std::size_t terms = b.transposed ? b.stored.cols : b.stored.rows;
  if (bias.empty() && terms == 0) std::ranges::fill(c.flat(), T(0));
  for (std::size_t i = 0; i < c.rows && !bias.empty(); ++i) {
    std::ranges::copy(bias, c.row(i).begin());
  }
  if (terms == 0) return;
  if (const auto set_threads = blas_library().set_threads) set_threads(this->team().threads());
  const auto as = [](const Factor& f) { return f.transposed ? CblasTrans : CblasNoTrans; };
  gemm(as(a), as(b), to_int(c.rows), to_int(c.cols), to_int(terms), a.stored.data,
       to_int(a.stored.cols), b.stored.data, to_int(b.stored.cols), bias.empty() ? T(0) : T(1),
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

template <class T>
std::unique_ptr<Plan<T>> BlasBackend<T>::make_plan(const NetworkDescription<T>& network,
                                                   const Samples<T>& samples,
                                                   std::size_t batch_size) {
  return Backend<T>::make_plan(network, samples, batch_size);
}

template class BlasBackend<float>;
template class BlasBackend<double>;

}  // namespace reprise
