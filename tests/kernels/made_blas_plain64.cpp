// A BLAS with 64-bit integers under the usual names. blas_test.cpp loads it.
#include <cstddef>
#include <cstdint>

extern "C" {
void cblas_sgemm() {}
void cblas_dgemm() {}
std::size_t cblas_isamax(std::int64_t n, const float* x, std::int64_t step) {
  std::size_t largest = 0;
  for (std::int64_t i = 1; i < n; ++i) {
    if (x[i * step] > x[static_cast<std::int64_t>(largest) * step])
      largest = static_cast<std::size_t>(i);
  }
  return largest;
}
}
