// Vectors of the unit's instruction set, with GCC's vector extensions. Those lack the fused
// multiply-add, which comes from the compiler's always-inline intrinsics.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

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

// Loads and stores only the first lanes of a vector, of which there are fewer than kLanes.
template <class T>
class FirstLanes {
 public:
  [[gnu::always_inline]] explicit FirstLanes(std::size_t count) {
#if defined(__AVX512F__)
    mask_ = static_cast<decltype(mask_)>((1u << count) - 1);
#elif defined(__FMA__)
    for (std::size_t i = 0; i < kLanes<T>; ++i) mask_[i] = i < count ? -1 : 0;
#else
    mask_ = count;
#endif
  }
  [[gnu::always_inline]] void load(Vector<T>& v, const T* from) const {
#if defined(__AVX512F__)
    if constexpr (kSingle) v = _mm512_maskz_loadu_ps(mask_, from);
    if constexpr (!kSingle) v = _mm512_maskz_loadu_pd(mask_, from);
#elif defined(__FMA__)
    if constexpr (kSingle) v = _mm256_maskload_ps(from, reinterpret_cast<__m256i>(mask_));
    if constexpr (!kSingle) v = _mm256_maskload_pd(from, reinterpret_cast<__m256i>(mask_));
#else
    v = Vector<T>{};
    for (std::size_t i = 0; i < mask_; ++i) v[i] = from[i];
#endif
  }
  [[gnu::always_inline]] void store(const Vector<T>& v, T* to) const {
#if defined(__AVX512F__)
    if constexpr (kSingle) _mm512_mask_storeu_ps(to, mask_, v);
    if constexpr (!kSingle) _mm512_mask_storeu_pd(to, mask_, v);
#elif defined(__FMA__)
    if constexpr (kSingle) _mm256_maskstore_ps(to, reinterpret_cast<__m256i>(mask_), v);
    if constexpr (!kSingle) _mm256_maskstore_pd(to, reinterpret_cast<__m256i>(mask_), v);
#else
    for (std::size_t i = 0; i < mask_; ++i) to[i] = v[i];
#endif
  }

 private:
  static constexpr bool kSingle = sizeof(T) == sizeof(float);
#if defined(__AVX512F__)
  std::conditional_t<kSingle, __mmask16, __mmask8> mask_;
#elif defined(__FMA__)
  Vector<std::conditional_t<kSingle, std::int32_t, std::int64_t> > mask_;
#else
  std::size_t mask_;
#endif
};

#if !defined(__FMA__)
// The fused multiply-add of floats without the instruction. The product of two floats is exact in
// double. Rounding its sum with c to double and then to float equals one rounding, unless the
// double is half-way between two floats. Then, about once in 5e8 sums, libm computes the result.
// Denormal floats, whose half-way points differ, are flushed to 0 (core/denormals.hpp).
constexpr std::int32_t kBelowHalf = 0x1fffffff, kHalf = 0x10000000;  // of the lower 32 bits

[[gnu::always_inline]] inline float fused_single(float a, float b, float c) {
  const double sum = static_cast<double>(a) * static_cast<double>(b) + static_cast<double>(c);
  std::int32_t lower;
  __builtin_memcpy(&lower, &sum, sizeof lower);
  if (__builtin_expect((lower & kBelowHalf) == kHalf, 0)) return __builtin_fmaf(a, b, c);
  return static_cast<float>(sum);
}

[[gnu::noinline, gnu::cold]] Vector<float> fused_by_libm(Vector<float> a, Vector<float> b,
                                                         Vector<float> c) {
  for (std::size_t i = 0; i < kLanes<float>; ++i) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return c;
}

[[gnu::always_inline]] inline void add_fused_singles(__m128& sum, __m128 a, __m128 b) {
  const auto upper_two = [](__m128 v) { return _mm_cvtps_pd(_mm_movehl_ps(v, v)); };
  const __m128d low = _mm_cvtps_pd(a) * _mm_cvtps_pd(b) + _mm_cvtps_pd(sum);
  const __m128d high = upper_two(a) * upper_two(b) + upper_two(sum);
  const __m128i lower =
      _mm_castps_si128(_mm_shuffle_ps(_mm_castpd_ps(low), _mm_castpd_ps(high), 0x88));
  const __m128i is_half =
      _mm_cmpeq_epi32(_mm_and_si128(lower, _mm_set1_epi32(kBelowHalf)), _mm_set1_epi32(kHalf));
  if (__builtin_expect(_mm_movemask_epi8(is_half) != 0, 0)) {
    sum = fused_by_libm(a, b, sum);
  } else {
    sum = _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
  }
}
#endif

// sum = a b + sum with one rounding, in each lane. Without the instruction doubles come from libm's
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
  if constexpr (single) {
    static_assert(sizeof(V) == sizeof(__m128));
    add_fused_singles(sum, a, b);
  } else {
    for (std::size_t i = 0; i < sizeof(V) / sizeof(sum[0]); ++i) {
      sum[i] = __builtin_fma(a[i], b[i], sum[i]);
    }
  }
#endif
}

// a b + c with one rounding, for single values.
template <class T>
[[gnu::always_inline]] inline T fused(T a, T b, T c) {
  if constexpr (sizeof(T) == sizeof(double)) return __builtin_fma(a, b, c);
#if defined(__FMA__)
  return __builtin_fmaf(a, b, c);
#else
  return fused_single(a, b, c);
#endif
}

// fused(a, b, 0), which loops compute in vectors.
template <class T>
[[gnu::always_inline]] inline T fused_product(T a, T b) {
#if !defined(__FMA__)
  if constexpr (sizeof(T) == sizeof(float)) {
    return static_cast<float>(static_cast<double>(a) * static_cast<double>(b) + 0.0);
  }
#endif
  return fused(a, b, T(0));
}

}  // namespace
}  // namespace reprise::REPRISE_ISA
