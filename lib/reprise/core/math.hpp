// exp, log and tanh with the same bits on every machine.
//
// The functions of libm differ by version and processor, so that a seed would not always give the
// same numbers. These use only IEEE operations in a fixed order. Accuracy, measured against long
// double in tests/core/math_test.cpp: float results of exp and log are correctly rounded (they are
// computed in double; no exception in 10^7 cases); double results are within 1 ulp (exp, log) and
// 9 ulp (tanh, just above .05).
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace reprise::math {

namespace detail {

// 2^k for -1022 <= k <= 1023, without libm's ldexp.
inline double power_of_two(int k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

}  // namespace detail

// e^x: argument reduction x = k ln 2 + r, |r| <= ln 2 / 2 (Cody and Waite, two-part ln 2), then
// the Taylor polynomial of degree 13, whose remainder at r = .347 is below 2^-60. It has no
// branches, so that loops over it vectorize.
[[gnu::always_inline]] inline double exp(double x) {
  constexpr double kLeast =
      -708.39;  // about the smallest normal number; results below it are flushed to 0
  constexpr double kMost = 709.782712893384;
  constexpr double log2e = 0x1.71547652b82fep+0;
  constexpr double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
  constexpr double shifter = 0x1.8p52;  // adding it rounds to the nearest integer
  const double inner = !(x > kLeast) ? kLeast : x < kMost ? x : kMost;  // NaN maps to any value
  const double k = (inner * log2e + shifter) - shifter;
  const double r = (inner - k * ln2_high) - k * ln2_low;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = (p * r) * r + r + 1.0;
  const int half = static_cast<int>(k) / 2;  // two factors, because k reaches 1024
  p = p * detail::power_of_two(half) * detail::power_of_two(static_cast<int>(k) - half);
  p = x > kMost ? std::numeric_limits<double>::infinity() : p;
  p = x < kLeast ? 0.0 : p;
  return x != x ? x : p;
}

// ln x: x = m 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh(s), s = (m-1)/(m+1), by the odd
// series up to s^21. |s| <= .1716, so that the remainder is below 2^-58. It has no branches either.
[[gnu::always_inline]] inline double log(double x) {
  constexpr double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const double whole = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  const bool upper = whole > 1.4142135623730951;
  const double m = upper ? whole * 0.5 : whole;
  const int e = static_cast<int>(bits >> 52) - (upper ? 1022 : 1023);
  const double f = m - 1.0;  // exact
  const double s = f / (m + 1.0);
  const double z = s * s;
  double p = 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  // ln m = f - s (f - z p), because 2 s = f - s f
  double y = e * ln2_high + (f - (s * (f - z * p) - e * ln2_low));
  y = x > std::numeric_limits<double>::max() ? x : y;
  y = x < std::numeric_limits<double>::min() ? -std::numeric_limits<double>::infinity() : y;
  y = x < 0.0 ? std::numeric_limits<double>::quiet_NaN() : y;
  return x != x ? std::numeric_limits<double>::quiet_NaN() : y;
}

inline float exp(float x) {
  const double y = exp(static_cast<double>(x));
  return y < std::numeric_limits<float>::min() ? 0.0f : static_cast<float>(y);
}
inline float log(float x) { return static_cast<float>(log(static_cast<double>(x))); }

// tanh x = (e^2x - 1) / (e^2x + 1); near 0, where this cancels, the odd Taylor series.
inline double tanh(double x) {
  if (x > 20.0) return 1.0;
  if (x < -20.0) return -1.0;
  if (x < 0.05 && x > -0.05) {
    const double z = x * x;
    double p = 21844.0 / 6081075.0;
    p = -(p * z) + 1382.0 / 155925.0;
    p = -(p * z) + 62.0 / 2835.0;
    p = -(p * z) + 17.0 / 315.0;
    p = -(p * z) + 2.0 / 15.0;
    p = -(p * z) + 1.0 / 3.0;
    return x - x * (p * z);
  }
  const double e = exp(2.0 * x);
  return (e - 1.0) / (e + 1.0);
}

// In single precision: the rational approximation of XLA and Eigen, in their order and with fused
// multiply-adds, so that the bits are those of Keras on JAX (checked at 200,001 points). It is an
// odd polynomial of degree 13 divided by an even one of degree 6, within 3e-7 of tanh. A product
// and sum in double equal a fused multiply-add except for double rounding, which no point showed.
inline float tanh(float x) {
  constexpr float kOdd[] = {-2.76076847742355e-16f, 2.00018790482477e-13f, -8.60467152213735e-11f,
                            5.12229709037114e-08f,  1.48572235717979e-05f, 6.37261928875436e-04f,
                            4.89352455891786e-03f};
  constexpr float kEven[] = {1.19825839466702e-06f, 1.18534705686654e-04f, 2.26843463243900e-03f,
                             4.89352518554385e-03f};
  constexpr float kOne = 7.99881172180175781f;  // above this the quotient would exceed 1
  if (x != x || (x > -0.0004f && x < 0.0004f)) return x;
  const float y = x > kOne ? kOne : x < -kOne ? -kOne : x;
  const float square = y * y;
  const auto fused = [square](float p, float c) {
    return static_cast<float>(static_cast<double>(p) * square + c);
  };
  float p = kOdd[0], q = kEven[0];
  for (int i = 1; i < 7; ++i) p = fused(p, kOdd[i]);
  for (int i = 1; i < 4; ++i) q = fused(q, kEven[i]);
  return y * p / q;
}

}  // namespace reprise::math
