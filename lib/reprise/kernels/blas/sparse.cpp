#include "reprise/kernels/blas/sparse.hpp"

#include <string>
#include <type_traits>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

// Codes of mkl_spblas.h.
constexpr int kSuccess = 0, kFromZero = 0, kPlain = 10, kTransposed = 11, kGeneral = 20,
              kRowMajor = 101;

void require_success(int status, const char* function) {
  if (status == kSuccess) return;
  throw Error(std::string("backend 'mkl': ") + function + ": found status " +
                  std::to_string(status) + ", expected 0",
              ExitCode::missing);
}

}  // namespace

std::optional<SparseProducts> SparseProducts::of(const BlasSymbols& symbols) {
  SparseProducts found;
  const auto take = [&](auto*& function, const char* name) {
    function =
        symbols.find<std::remove_pointer_t<std::remove_reference_t<decltype(function)>>>(name);
    return function != nullptr;
  };
  const bool all = take(found.float32_.create, "mkl_sparse_s_create_csr") &&
                   take(found.float32_.multiply, "mkl_sparse_s_mm") &&
                   take(found.float64_.create, "mkl_sparse_d_create_csr") &&
                   take(found.float64_.multiply, "mkl_sparse_d_mm") &&
                   take(found.destroy_, "mkl_sparse_destroy");
  return all ? std::optional(found) : std::nullopt;
}

template <>
const SparseProducts::Functions<float>& SparseProducts::functions() const {
  return float32_;
}
template <>
const SparseProducts::Functions<double>& SparseProducts::functions() const {
  return float64_;
}

template <class T>
void SparseProducts::multiply(bool transposed, const GatheredCsr<T>& a, int columns, const T* b,
                              int n, T beta, T* c) const {
  void* matrix = nullptr;
  const int* const begins = a.row_ptr().data();
  require_success(functions<T>().create(&matrix, kFromZero, a.rows(), columns, begins, begins + 1,
                                        a.col_idx().data(), a.ones().data()),
                  "mkl_sparse_?_create_csr");
  const int status = functions<T>().multiply(transposed ? kTransposed : kPlain, T(1), matrix,
                                             {kGeneral, 0, 0}, kRowMajor, b, n, n, beta, c, n);
  destroy_(matrix);
  require_success(status, "mkl_sparse_?_mm");
}

template void SparseProducts::multiply(bool, const GatheredCsr<float>&, int, const float*, int,
                                       float, float*) const;
template void SparseProducts::multiply(bool, const GatheredCsr<double>&, int, const double*, int,
                                       double, double*) const;

}  // namespace reprise
