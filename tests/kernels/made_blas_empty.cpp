// A shared library that is no BLAS. blas_test.cpp loads it.
extern "C" int no_function_of_a_blas() { return 0; }
