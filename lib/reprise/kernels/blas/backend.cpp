#include "reprise/kernels/blas/backend.hpp"

#include <algorithm>
#include "reprise/core/error.hpp"
#include "reprise/kernels/library_int.hpp"

namespace reprise {

namespace {

int to_int(std::size_t n) { return library_int(n, "blas"); }

}  // namespace

template <class T>
BlasBackend<T>::BlasBackend(Team& team, std::string_view isa, std::string_view name, bool sparse)
    : OpenmpBackend<T>(team, isa, false),
      name_(name),
      library_(BlasLibrary::of(name)),
      sparse_(sparse ? library_.sparse() : nullptr) {
  library_.require_threads(team.threads());
  if (sparse && sparse_ == nullptr) {
    throw Error("backend '" + name_ + "': found no mkl_sparse_s_mm in " + library_.facts().file +
                    ", expected MKL's sparse products",
                ExitCode::missing);
  }
}

template <class T>
std::string BlasBackend<T>::implementation() const {
  const BlasFacts& facts = library_.facts();
  return facts.core.empty() ? facts.title : facts.title + " " + facts.core;
}

// A matrix as it lies in memory, and whether the product takes its transpose.
template <class T>
struct BlasBackend<T>::Operand {
  MatrixView<const T> matrix;
  bool transposed = false;
};

// Each row of c, if there is a bias.
template <class T>
void set_rows(std::span<const T> bias, MatrixView<T> c) {
  for (std::size_t i = 0; i < c.rows && !bias.empty(); ++i) {
    std::ranges::copy(bias, c.row(i).begin());
  }
}

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
  set_rows(bias, c);
  if (terms == 0) return;
  library_.set_threads(this->team().threads());
  library_.gemm(a.transposed, b.transposed, to_int(c.rows), to_int(c.cols), to_int(terms),
                a.matrix.data, to_int(a.matrix.cols), b.matrix.data, to_int(b.matrix.cols),
                bias.empty() ? T(0) : T(1), c.data);
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
void BlasBackend<T>::csr_forward(const CsrBatch& x, MatrixView<const T> kernel,
                                 std::span<const T> bias, MatrixView<T> z) {
  if (sparse_ == nullptr || z.rows == 0 || z.cols == 0)
    return OpenmpBackend<T>::csr_forward(x, kernel, bias, z);
  batch_.gather(x);
  set_rows(bias, z);
  library_.set_threads(this->team().threads());
  sparse_->multiply(false, batch_, to_int(x.matrix.cols), kernel.data, to_int(kernel.cols),
                    bias.empty() ? T(0) : T(1), z.data);
}

template <class T>
void BlasBackend<T>::csr_backward_weights(const CsrBatch& x, MatrixView<const T> dz,
                                          MatrixView<T> dkernel, std::span<T> dbias) {
  if (sparse_ == nullptr || dz.rows == 0 || dz.cols == 0)
    return OpenmpBackend<T>::csr_backward_weights(x, dz, dkernel, dbias);
  batch_.gather(x);
  library_.set_threads(this->team().threads());
  sparse_->multiply(true, batch_, to_int(x.matrix.cols), dz.data, to_int(dz.cols), T(0),
                    dkernel.data);
  this->sum_rows(dz, dbias);
}

template class BlasBackend<float>;
template class BlasBackend<double>;

}  // namespace reprise
