// The accuracy that core/special.hpp states, measured against long double libm.
#include "reprise/core/special.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace reprise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The largest value of error(x) over 200,000 uniform points of [low, high).
template <class Error>
double largest(double low, double high, Error error) {
  std::mt19937_64 random(1);  // its output is standardised, the standard's distributions are not
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double u = static_cast<double>(random() >> 11) * 0x1p-53;
    worst = std::max(worst, error(low + (high - low) * u));
  }
  return worst;
}

double ulps(double found, long double expected) {
  if (expected == 0) return found == 0 ? 0 : kInfinity;
  const long double ulp = std::ldexp(1.0L, std::ilogb(expected) - 52);
  return static_cast<double>(std::abs(found - expected) / ulp);
}

double expm1_error(double x) {
  return ulps(math::expm1(x), std::expm1(static_cast<long double>(x)));
}
double log1p_error(double x) {
  return ulps(math::log1p(x), std::log1p(static_cast<long double>(x)));
}
double erf_error(double x) {
  const long double expected = std::erf(static_cast<long double>(x));
  return static_cast<double>(std::abs((math::erf(x) - expected) / expected));
}
// relative, by one Newton step in long double from the value found
double erf_inv_error(double x) {
  const long double y = math::erf_inv(x);
  const long double half_sqrt_pi = 0.886226925452758013649L;
  return static_cast<double>(std::abs((std::erf(y) - x) * half_sqrt_pi * std::exp(y * y) / y));
}

TEST(Special, Expm1AndLog1pAreWithinFourUlp) {
  for (const double limit : {20.0, 1.0, 1e-3, 1e-9}) {
    EXPECT_LE(largest(-limit, limit, expm1_error), 4) << limit;
  }
  EXPECT_LE(largest(-0.999999, 1, log1p_error), 4);
  for (const double limit : {1e6, 1e-3, 1e-9}) {
    EXPECT_LE(largest(limit == 1e6 ? 0 : -limit, limit, log1p_error), 4) << limit;
  }
}

TEST(Special, ErfIsWithin3e15) {
  for (const double limit : {6.0, 1.0, 1e-6}) {
    EXPECT_LE(largest(-limit, limit, erf_error), 3e-15) << limit;
  }
}

TEST(Special, InverseErfIsAsAccurateAsErf) {
  EXPECT_LE(largest(-1e-3, 1e-3, erf_inv_error), 1e-15);
  EXPECT_LE(largest(-0.9, 0.9, erf_inv_error), 3e-15);
  EXPECT_LE(largest(-0.99999, 0.99999, erf_inv_error), 3e-12);
}

TEST(Special, LimitsAndNan) {
  EXPECT_EQ(math::expm1(-kInfinity), -1);
  EXPECT_EQ(math::expm1(kInfinity), kInfinity);
  EXPECT_EQ(math::expm1(0.0), 0);
  EXPECT_EQ(math::log1p(-1.0), -kInfinity);
  EXPECT_EQ(math::log1p(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(math::log1p(-2.0)));
  EXPECT_EQ(math::erf(6.0), 1);
  EXPECT_EQ(math::erf(-6.0), -1);
  EXPECT_TRUE(std::isnan(math::erf(std::nan(""))));
  EXPECT_EQ(math::erf_inv(0.0), 0);
}

}  // namespace
}  // namespace reprise
