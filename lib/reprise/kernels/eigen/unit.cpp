// This file is compiled once per instruction set, as openmp/isa/unit.cpp. Eigen is a library of
// templates: the linker would keep one copy of each function that several units have, which might
// be the AVX-512 one, so each unit has Eigen's namespace under a name of its own.
#define Eigen REPRISE_EIGEN

#include <Eigen/Core>
#include <Eigen/SparseCore>

#include "reprise/kernels/eigen/products.hpp"

namespace reprise::REPRISE_ISA {
namespace {

// Eigen vectorises for what the compiler is told.
#if defined(__AVX512F__) != defined(EIGEN_VECTORIZE_AVX512) || \
    defined(__AVX2__) != defined(EIGEN_VECTORIZE_AVX2)
#error "Eigen does not use the instruction set of this unit"
#endif

template <class T>
using Dense = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using ConstMap = Eigen::Map<const Dense<T>>;
template <class T>
using Sparse = Eigen::Map<const Eigen::SparseMatrix<T, Eigen::RowMajor, int>>;

template <class T>
ConstMap<T> map(const EigenOperand<T>& operand) {
  return {operand.data, operand.rows, operand.columns};
}
template <class T>
Sparse<T> map(const EigenCsr<T>& x) {
  return {x.rows, x.columns, x.row_ptr[x.rows], x.row_ptr, x.col_idx, x.ones};
}

template <class T>
void add_bias(const T* bias, Eigen::Map<Dense<T>>& c) {
  if (bias == nullptr) return;
  c.rowwise() += Eigen::Map<const Eigen::Matrix<T, 1, Eigen::Dynamic>>(bias, c.cols());
}

template <class T>
void dense(const EigenOperand<T>& a, const EigenOperand<T>& b, const T* bias, T* c) {
  Eigen::Map<Dense<T>> product(c, a.transposed ? a.columns : a.rows,
                               b.transposed ? b.rows : b.columns);
  if (a.transposed) {
    product.noalias() = map(a).transpose() * map(b);
  } else if (b.transposed) {
    product.noalias() = map(a) * map(b).transpose();
  } else {
    product.noalias() = map(a) * map(b);
  }
  add_bias(bias, product);
}

template <class T>
void csr_forward(const EigenCsr<T>& x, const T* kernel, int units, const T* bias, T* z) {
  Eigen::Map<Dense<T>> product(z, x.rows, units);
  product.noalias() = map(x) * ConstMap<T>(kernel, x.columns, units);
  add_bias(bias, product);
}

template <class T>
void csr_backward(const EigenCsr<T>& x, const T* dz, int units, T* dkernel) {
  Eigen::Map<Dense<T>> product(dkernel, x.columns, units);
  product.noalias() = map(x).transpose() * ConstMap<T>(dz, x.rows, units);
}

void set_threads(int threads) { Eigen::setNbThreads(threads); }

template <class T>
constexpr EigenProducts<T> table() {
  return {dense<T>,
          csr_forward<T>,
          csr_backward<T>,
          set_threads,
          {EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION}};
}

}  // namespace

extern const EigenProducts<float> eigen_float32;
extern const EigenProducts<double> eigen_float64;
constinit const EigenProducts<float> eigen_float32 = table<float>();
constinit const EigenProducts<double> eigen_float64 = table<double>();

}  // namespace reprise::REPRISE_ISA
