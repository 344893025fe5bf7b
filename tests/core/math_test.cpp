// reprise::math against long double libm, whose 11 additional bits decide every rounding here, and
// against checksums of its results, which are the same on every machine.
#include "reprise/core/math.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <span>
#include <vector>

#include "reprise/core/denormals.hpp"
#include "reprise/data/checksum.hpp"

namespace reprise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Random points. The output of std::mt19937 is standardised, the standard's distributions are not.
class Points {
 public:
  explicit Points(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t half() { return static_cast<std::uint32_t>(engine_()); }
  std::uint64_t word() {
    const std::uint64_t high = half();
    return (high << 32) | half();
  }
  double uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(word() >> 11) * 0x1p-53);
  }
  double positive_normal() {  // all exponents equally likely
    double x = 0;
    while (!(x >= std::numeric_limits<double>::min() && x < kInfinity)) {
      x = std::bit_cast<double>(word() >> 1);
    }
    return x;
  }
  float any_float() { return std::bit_cast<float>(half()); }
  float positive_normal_float() {
    float x = 0;
    while (!(x >= std::numeric_limits<float>::min() && x <= std::numeric_limits<float>::max())) {
      x = std::bit_cast<float>(half() >> 1);
    }
    return x;
  }

 private:
  std::mt19937 engine_;
};

// The largest error over 200,000 points, in units in the last place of the true value.
template <class F, class Truth, class Point>
double max_ulp(F f, Truth truth, Point point) {
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = point();
    const long double wanted = truth(static_cast<long double>(x));
    if (wanted == 0) continue;
    const long double ulp = std::ldexp(1.0L, std::ilogb(wanted) - 52);
    worst = std::max(worst, static_cast<double>(std::abs(f(x) - wanted) / ulp));
  }
  return worst;
}

// The number of 10^6 points at which the result is not correctly rounded.
template <class F, class Truth, class Point>
int wrongly_rounded(F f, Truth truth, Point point) {
  int wrong = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const float x = point(), found = f(x);
    auto wanted = static_cast<float>(truth(static_cast<long double>(x)));
    if (std::abs(wanted) < std::numeric_limits<float>::min()) wanted = 0;  // flushed
    const bool both_nan = found != found && wanted != wanted;
    wrong += found != wanted && !both_nan;
  }
  return wrong;
}

double exp64(double x) { return math::exp(x); }
double log64(double x) { return math::log(x); }
double tanh64(double x) { return math::tanh(x); }
long double true_exp(long double x) { return std::exp(x); }
long double true_log(long double x) { return std::log(x); }
long double true_tanh(long double x) { return std::tanh(x); }

TEST(Math, DoubleExpIsWithinOneUlp) {
  Points p(1);
  for (const double limit : {708.3, 40.0, 1.0, 1e-3, 1e-300}) {
    EXPECT_LE(max_ulp(exp64, true_exp, [&] { return p.uniform(-limit, limit); }), 1.0) << limit;
  }
  EXPECT_LE(max_ulp(exp64, true_exp, [&] { return p.uniform(709, 709.78); }), 1.0);
}

TEST(Math, DoubleLogIsWithinOneUlp) {
  Points p(2);
  EXPECT_LE(max_ulp(log64, true_log, [&] { return p.positive_normal(); }), 1.0);
  EXPECT_LE(max_ulp(log64, true_log, [&] { return p.uniform(1e-9, 1); }), 1.0);
  EXPECT_LE(max_ulp(log64, true_log, [&] { return p.uniform(0.65, 1.45); }), 1.0);
  for (const double near : {1e-3, 1e-8, 1e-15}) {
    EXPECT_LE(max_ulp(log64, true_log, [&] { return p.uniform(1 - near, 1 + near); }), 1.0) << near;
  }
}

// Just above .05, where the series ends and e^2x - 1 cancels, the maximum of 10^7 points was 8.5
// ulp.
TEST(Math, DoubleTanhIsWithinNineUlp) {
  Points p(3);
  EXPECT_LE(max_ulp(tanh64, true_tanh, [&] { return p.uniform(0.05, 0.06); }), 9.0);
  EXPECT_LE(max_ulp(tanh64, true_tanh, [&] { return p.uniform(-21, 21); }), 9.0);
  EXPECT_LE(max_ulp(tanh64, true_tanh, [&] { return p.uniform(-0.05, 0.05); }), 0.6);
}

TEST(Math, FloatIsCorrectlyRounded) {
  Points p(4);
  const auto exp32 = [](float x) { return math::exp(x); };
  const auto log32 = [](float x) { return math::log(x); };
  const auto range = [&p](double low, double high) {
    return [&p, low, high] { return static_cast<float>(p.uniform(low, high)); };
  };
  EXPECT_EQ(wrongly_rounded(exp32, true_exp, [&] { return p.any_float(); }), 0);
  EXPECT_EQ(wrongly_rounded(exp32, true_exp, range(-87.5, 88.8)), 0);
  EXPECT_EQ(wrongly_rounded(log32, true_log, [&] { return p.positive_normal_float(); }), 0);
  EXPECT_EQ(wrongly_rounded(log32, true_log, range(0.5, 2)), 0);
}

// The values are those of jax.numpy.tanh in float32, jaxlib 0.10.2 on a CPU with FMA.
TEST(Math, FloatTanhHasTheBitsOfXla) {
  struct Point {
    float x;
    std::uint32_t bits;
  };
  for (const auto& [x, bits] : {Point{0.0003f, 0x399d4952},
                                {0.001f, 0x3a83126b},
                                {0.1f, 0x3dcc1ebb},
                                {-0.3171f, 0xbe9d1faf},
                                {0.5f, 0x3eec9a9f},
                                {1.0f, 0x3f42f7d6},
                                {-2.5f, 0xbf7c92c2},
                                {4.25f, 0x3f7fe556},
                                {-5.9465f, 0xbf7fff19},
                                {7.9f, 0x3f7ffffc},
                                {8.0f, 0x3f800000}}) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(math::tanh(x)), bits) << x;
  }
  Points p(5);
  for (int i = 0; i < 1000000; ++i) {
    const auto x = static_cast<float>(p.uniform(-10, 10));
    ASSERT_NEAR(math::tanh(x), std::tanh(static_cast<double>(x)), 3e-7) << x;
  }
}

TEST(Math, HasTheSameBitsOnEveryMachine) {
  Points p(5);
  std::vector<double> exps, logs, tanhs;
  for (int i = 0; i < 10'000; ++i) {
    exps.push_back(math::exp(p.uniform(-40, 40)));
    logs.push_back(math::log(p.uniform(0, 2)));
    tanhs.push_back(math::tanh(p.uniform(-4, 4)));
  }
  const auto crc = [](const auto& values) {
    return crc32_hex(crc32(std::as_bytes(std::span(values))));
  };
  EXPECT_EQ(crc(exps), "5ab14725");
  EXPECT_EQ(crc(logs), "0661ce2b");
  EXPECT_EQ(crc(tanhs), "26cd826e");
}

TEST(Math, ExpAtTheEdges) {
  EXPECT_EQ(math::exp(0.0), 1.0);
  EXPECT_EQ(math::exp(-0.0), 1.0);
  EXPECT_EQ(math::exp(kInfinity), kInfinity);
  EXPECT_EQ(math::exp(-kInfinity), 0.0);
  EXPECT_TRUE(std::isnan(math::exp(kNan)));
  EXPECT_LT(math::exp(709.782712893383), kInfinity);
  EXPECT_EQ(math::exp(709.782712893385), kInfinity);
  EXPECT_GE(math::exp(-708.39), std::numeric_limits<double>::min());
  EXPECT_EQ(math::exp(-708.4), 0.0);  // 2.2e-308: denormal, flushed
  EXPECT_LT(math::exp(88.72283f), std::numeric_limits<float>::infinity());
  EXPECT_EQ(math::exp(88.72284f), std::numeric_limits<float>::infinity());
  EXPECT_GE(math::exp(-87.33654f), std::numeric_limits<float>::min());
  EXPECT_EQ(math::exp(-87.33655f), 0.0f);
}

TEST(Math, LogAtTheEdges) {
  EXPECT_EQ(math::log(1.0), 0.0);
  EXPECT_EQ(math::log(0.0), -kInfinity);
  EXPECT_EQ(math::log(-0.0), -kInfinity);
  EXPECT_EQ(math::log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(math::log(-1.0)));
  EXPECT_TRUE(std::isnan(math::log(-kInfinity)));
  EXPECT_TRUE(std::isnan(math::log(kNan)));
  EXPECT_EQ(math::log(std::numeric_limits<double>::min()), -0x1.6232bdd7abcd2p+9);  // -1022 ln 2
  EXPECT_EQ(math::log(std::numeric_limits<double>::denorm_min()), -kInfinity);
  const FlushDenormals flush;
  volatile float denormal = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(math::log(denormal), -std::numeric_limits<float>::infinity());
}

TEST(Math, TanhAtTheEdges) {
  EXPECT_EQ(math::tanh(0.0), 0.0);
  EXPECT_EQ(math::tanh(-0.0), 0.0);
  EXPECT_EQ(math::tanh(kInfinity), 1.0);
  EXPECT_EQ(math::tanh(-kInfinity), -1.0);
  EXPECT_TRUE(std::isnan(math::tanh(kNan)));
  EXPECT_EQ(math::tanh(20.0), 1.0);
  EXPECT_EQ(math::tanh(1e-300), 1e-300);
  EXPECT_EQ(math::tanh(-0.7f), -math::tanh(0.7f));
}

}  // namespace
}  // namespace reprise
