// A serial build of OpenBLAS, by the names of its functions. blas_test.cpp loads it.
extern "C" {
void cblas_sgemm() {}
void cblas_dgemm() {}
int openblas_get_parallel() { return 0; }
void openblas_set_num_threads(int) {}
int openblas_get_num_threads() { return 1; }
}
