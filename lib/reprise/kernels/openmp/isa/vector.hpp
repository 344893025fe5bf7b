// Vectors of the unit's instruction set, with GCC's vector extensions. Those lack the fused
// multiply-add, which comes from the compiler's always-inline intrinsics.
#pragma once

#if defined(__FMA__)
#include <immintrin.h>
#endif

#include <cstddef>

namespace reprise::REPRISE_ISA {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t kVectorBytes = 64, kTileRows = 6, kTileVectors = 4;  // 24 of 32 registers
#elif defined(__FMA__)
constexpr std::size_t kVectorBytes = 32, kTileRows = 6, kTileVectors = 2;  // 12 of 16
#else
constexpr std::size_t kVectorBytes = 16, kTileRows = 4, kTileVectors = 2;  // 8 of 16
#endif

template <class T>
struct VectorOf {
  typedef T type __attribute__((vector_size(kVectorBytes)));
};
template <class T>
using Vector = typename VectorOf<T>::type;
template <class T>
constexpr std::size_t kLanes = kVectorBytes / sizeof(T);

// Four lanes for any instruction set, because the reference's four_lane_dot sums in four lanes.
template <class T>
struct FourOf {
  typedef T type __attribute__((vector_size(4 * sizeof(T))));
};
template <class T>
using Four = typename FourOf<T>::type;

template <class V, class T>
[[gnu::always_inline]] inline void load(V& v, const T* from) {
  __builtin_memcpy(&v, from, sizeof v);
}
template <class V, class T>
[[gnu::always_inline]] inline void store(const V& v, T* to) {
  __builtin_memcpy(to, &v, sizeof v);
}
template <class V, class T>
[[gnu::always_inline]] inline void broadcast(V& v, T value) {
  v = value - V{};  // -0 - 0 is -0: no bit changes
}

// sum = a b + sum with one rounding, in each lane. Without the instruction it calls libm's
// function, which gives the same bits many times slower.
template <class V>
[[gnu::always_inline]] inline void add_fused(V& sum, const V& a, const V& b) {
  constexpr bool single = sizeof(sum[0]) == sizeof(float);
#if defined(__FMA__)
  if constexpr (sizeof(V) == 16) sum = _mm_fmadd_ps(a, b, sum);
  if constexpr (sizeof(V) == 32 && single) sum = _mm256_fmadd_ps(a, b, sum);
  if constexpr (sizeof(V) == 32 && !single) sum = _mm256_fmadd_pd(a, b, sum);
#endif
#if defined(__AVX512F__)
  if constexpr (sizeof(V) == 64 && single) sum = _mm512_fmadd_ps(a, b, sum);
  if constexpr (sizeof(V) == 64 && !single) sum = _mm512_fmadd_pd(a, b, sum);
#endif
#if !defined(__FMA__)
  for (std::size_t i = 0; i < sizeof(V) / sizeof(sum[0]); ++i) {
    if constexpr (single) {
      sum[i] = __builtin_fmaf(a[i], b[i], sum[i]);
    } else {
      sum[i] = __builtin_fma(a[i], b[i], sum[i]);
    }
  }
#endif
}

// a b + c with one rounding, for single values.
template <class T>
[[gnu::always_inline]] inline T fused(T a, T b, T c) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return __builtin_fmaf(a, b, c);
  } else {
    return __builtin_fma(a, b, c);
  }
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
