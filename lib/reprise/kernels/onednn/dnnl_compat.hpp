// Hides the differences between oneDNN 2.6 (Debian 12) and 3.x (Debian 13).
#pragma once

#include <cstddef>
#include <dnnl.hpp>

// The number of threads is set through OpenMP; lib/cmake/FindDnnl.cmake accepts no other oneDNN.
#if DNNL_CPU_THREADING_RUNTIME != DNNL_RUNTIME_OMP
#error "this oneDNN does not use OpenMP threads"
#endif

namespace reprise::onednn {

inline dnnl::memory::dim dim(std::size_t n) { return static_cast<dnnl::memory::dim>(n); }

// oneDNN takes its inputs as pointers to non-const, too.
template <class T>
void* handle(const T* values) {
  return const_cast<T*>(values);
}

// c = a b, plus bias unless it is null
inline dnnl::matmul::primitive_desc describe_matmul(const dnnl::engine& engine,
                                                    const dnnl::memory::desc& a,
                                                    const dnnl::memory::desc& b,
                                                    const dnnl::memory::desc* bias,
                                                    const dnnl::memory::desc& c,
                                                    const dnnl::primitive_attr& attributes) {
#if DNNL_VERSION_MAJOR >= 3
  if (bias == nullptr) return {engine, a, b, c, attributes};
  return {engine, a, b, *bias, c, attributes};
#else
  if (bias == nullptr) return {dnnl::matmul::desc(a, b, c), attributes, engine};
  return {dnnl::matmul::desc(a, b, *bias, c), attributes, engine};
#endif
}

}  // namespace reprise::onednn
