// A BLAS with 64-bit integers, by the names of its functions. blas_test.cpp loads it.
extern "C" {
void cblas_sgemm64_() {}
void cblas_dgemm64_() {}
}
