// A plain BLAS whose products of one layer can be made twice as slow: -DSLOW_BATCH, -DSLOW_INPUTS
// and -DSLOW_UNITS say which layer.
#ifndef SLOW_BATCH
#define SLOW_BATCH 0
#define SLOW_INPUTS 0
#define SLOW_UNITS 0
#endif

enum { kRowMajor = 101, kTransposed = 112 };

// The three products of a layer have the same sizes, in another order.
static int times(long m, long n, long k) {
  const long sum = SLOW_BATCH + SLOW_INPUTS + SLOW_UNITS;
  const long product = (long)SLOW_BATCH * SLOW_INPUTS * SLOW_UNITS;
  return m + n + k == sum && m * n * k == product ? 2 : 1;
}

// c = alpha a b + beta c, all of them row-major.
#define GEMM(T, name)                                                                    \
  void name(int order, int transposed_a, int transposed_b, int m, int n, int k, T alpha, \
            const T* a, int lda, const T* b, int ldb, T beta, T* c, int ldc) {           \
    if (order != kRowMajor) return;                                                      \
    const long a_row = transposed_a == kTransposed ? 1 : lda;                            \
    const long a_column = transposed_a == kTransposed ? lda : 1;                         \
    const long b_row = transposed_b == kTransposed ? 1 : ldb;                            \
    const long b_column = transposed_b == kTransposed ? ldb : 1;                         \
    for (long i = 0; i < m; ++i) {                                                       \
      for (long j = 0; j < n; ++j) {                                                     \
        T sum = 0;                                                                       \
        for (int again = 0; again < times(m, n, k); ++again) {                           \
          sum = 0;                                                                       \
          for (long l = 0; l < k; ++l)                                                   \
            sum += a[i * a_row + l * a_column] * b[l * b_row + j * b_column];            \
          __asm__ volatile("" : "+x"(sum)); /* so that the first sum is not left out */  \
        }                                                                                \
        c[i * ldc + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * ldc + j]);          \
      }                                                                                  \
    }                                                                                    \
  }

GEMM(float, cblas_sgemm)
GEMM(double, cblas_dgemm)
