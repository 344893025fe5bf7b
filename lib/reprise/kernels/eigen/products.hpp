// Eigen's products, compiled once for each instruction set (unit.cpp). Matrices are row-major.
#pragma once

#include <string_view>

namespace reprise {

// A dense matrix as it lies in memory, and whether the product takes its transpose.
template <class T>
struct EigenOperand {
  const T* data;
  int rows, columns;
  bool transposed;
};

// A sparse matrix in compressed rows, whose values are all 1.
template <class T>
struct EigenCsr {
  const int* row_ptr;  // rows + 1
  const int* col_idx;
  const T* ones;  // row_ptr[rows] of them
  int rows, columns;
};

template <class T>
struct EigenProducts {
  // c = a b, plus `bias` in each row of c unless it is null
  void (*dense)(const EigenOperand<T>& a, const EigenOperand<T>& b, const T* bias, T* c);
  // z = x kernel, plus `bias`; kernel (x.columns, units)
  void (*csr_forward)(const EigenCsr<T>& x, const T* kernel, int units, const T* bias, T* z);
  // dkernel = x^T dz; dz (x.rows, units)
  void (*csr_backward)(const EigenCsr<T>& x, const T* dz, int units, T* dkernel);
  // the most threads that the next products of this instruction set use
  void (*set_threads)(int threads);
  int version[3];  // 3, 4, 0
};

// `isa` is a name of isas().
template <class T>
const EigenProducts<T>& eigen_products_of(std::string_view isa);

}  // namespace reprise
