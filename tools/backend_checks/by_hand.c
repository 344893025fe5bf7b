// Times a library's product by hand: by_hand LIBRARY M N K prints the median of the nanoseconds of
// c = a b + bias, where a is (M, K), b is (K, N), and the bias is added to each row. The arrays
// begin at multiples of 64 bytes, as those of Reprise do: BLIS takes 1.5 times as long for a
// product of 128 x 784 x 512 whose arrays do not (AMD EPYC with avx2).
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef void Gemm(int, int, int, int, int, int, float, const float*, int, const float*, int, float,
                  float*, int);
enum { kRuns = 101, kRowMajor = 101, kPlain = 111 };

static int by_size(const void* a, const void* b) {
  return (*(double*)a > *(double*)b) - (*(double*)a < *(double*)b);
}

static float* array(long values) { return aligned_alloc(64, (4 * values + 63) / 64 * 64); }

int main(int argc, char** argv) {
  if (argc != 5) return fprintf(stderr, "usage: by_hand LIBRARY M N K\n"), 2;
  void* library = dlopen(argv[1], RTLD_NOW);
  Gemm* gemm = library ? (Gemm*)dlsym(library, "cblas_sgemm") : NULL;
  if (!gemm) return fprintf(stderr, "%s: no cblas_sgemm\n", argv[1]), 3;
  const int m = atoi(argv[2]), n = atoi(argv[3]), k = atoi(argv[4]);
  float* a = array((long)m * k);
  float* b = array((long)k * n);
  float* c = array((long)m * n);
  for (long i = 0; i < (long)m * k; ++i) a[i] = (float)(i % 97) / 97;
  for (long i = 0; i < (long)k * n; ++i) b[i] = (float)(i % 89) / 89;
  float* bias = array(n);
  for (int i = 0; i < n; ++i) bias[i] = (float)i / n;
  double times[kRuns];
  for (int run = -10; run < kRuns; ++run) {  // ten runs warm the caches
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < m; ++i) memcpy(c + (long)i * n, bias, 4L * n);
    gemm(kRowMajor, kPlain, kPlain, m, n, k, 1, a, k, b, n, 1, c, n);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (run >= 0) times[run] = 1e9 * (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec);
  }
  qsort(times, kRuns, sizeof *times, by_size);
  printf("%.0f\n", times[kRuns / 2]);
  return 0;
}
