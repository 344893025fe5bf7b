// Functions built from exp and log, which give the same bits on every machine. Their accuracy is
// measured against long double in tests/core/special_test.cpp.
#pragma once

#include <cmath>

#include "reprise/core/math.hpp"

namespace reprise::math {

// e^x - 1 without cancellation near 0 (Kahan: the rounding errors of u = e^x and of log u cancel).
// Within 4 ulp.
inline double expm1(double x) {
  const double u = exp(x);
  if (u == 1.0) return x;
  const double less_one = u - 1.0;
  if (less_one == -1.0 || !(u < std::numeric_limits<double>::max())) return less_one;
  return less_one * x / log(u);
}

// log(1 + x) by the same method. Within 4 ulp.
inline double log1p(double x) {
  const double u = 1.0 + x;
  if (u == 1.0) return x;
  if (!(u > 0.0) || !(u < std::numeric_limits<double>::max())) return log(u);
  return log(u) * x / (u - 1.0);
}

// The error function by the series 2/sqrt(pi) e^(-x^2) sum 2^n x^(2n+1) / (1 3 5 ... (2n+1))
// (Abramowitz and Stegun 7.1.6), whose terms have one sign, so that nothing cancels. Relative error
// below 3e-15; |x| >= 6 gives +-1, which differs from erf by less than 2^-54.
inline double erf(double x) {
  if (x != x) return x;
  if (x >= 6.0) return 1.0;
  if (x <= -6.0) return -1.0;
  const double square = x * x;
  double term = x, sum = x;
  for (int n = 1; n < 200 && std::fabs(term) > 1e-17 * std::fabs(sum); ++n) {
    term = term * (2.0 * square) / (2.0 * n + 1.0);
    sum = sum + term;
  }
  constexpr double two_over_sqrt_pi = 1.1283791670955126;
  return two_over_sqrt_pi * exp(-square) * sum;
}

inline float expm1(float x) { return static_cast<float>(expm1(static_cast<double>(x))); }
inline float log1p(float x) { return static_cast<float>(log1p(static_cast<double>(x))); }
inline float erf(float x) { return static_cast<float>(erf(static_cast<double>(x))); }

// The inverse error function in single precision for x in (-1, 1), by the polynomials of M. Giles,
// "Approximating the erfinv function" (2010), table 5. XLA evaluates the same ones, so that the
// values of normal initializers equal Keras's except for the last bits.
inline float erf_inv(float x) {
  constexpr float kCentral[] = {2.81022636e-08f,  3.43273939e-07f, -3.5233877e-06f,
                                -4.39150654e-06f, 0.00021858087f,  -0.00125372503f,
                                -0.00417768164f,  0.246640727f,    1.50140941f};
  constexpr float kTail[] = {-0.000200214257f, 0.000100950558f, 0.00134934322f,
                             -0.00367342844f,  0.00573950773f,  -0.0076224613f,
                             0.00943887047f,   1.00167406f,     2.83297682f};
  float w = -log1p(-x * x);
  const bool central = w < 5.0f;
  w = central ? w - 2.5f : std::sqrt(w) - 3.0f;
  float p = 0.0f;
  for (const float coefficient : central ? kCentral : kTail) p = std::fma(p, w, coefficient);
  return p * x;
}

// In double precision: three Newton steps on erf, starting from the single-precision value. The
// accuracy is limited by that of erf: relative error below 3e-15 for |x| <= .9, 3e-12 for |x| <=
// .99999, where the slope magnifies the error of erf.
inline double erf_inv(double x) {
  constexpr double half_sqrt_pi = 0.8862269254527580;
  double y = erf_inv(static_cast<float>(x));
  for (int step = 0; step < 3 && std::isfinite(y); ++step) {
    y = y - (erf(y) - x) * half_sqrt_pi * exp(y * y);
  }
  return y;
}

}  // namespace reprise::math
