// RMSprop without divisions (openmp/isa/rmsprop_undivided.hpp) against its formula, which the
// processor's correctly rounded roots and divisions compute.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/tables.hpp"

namespace reprise {
namespace {

using Limits = std::numeric_limits<float>;
using Formula = RMSpropFormula<float, false, false, false>;

class UndividedRMSprop : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const IsaInfo& isa : isas()) {
      if (isa.name == "avx512" && isa.available) {
        using Kernels = IsaKernels<float>;
        pass_ = kernels_of<float>(isa.name).rmsprop_forms[Kernels::undivided].pass;
        ASSERT_NE(pass_, nullptr);
        return;
      }
    }
    GTEST_SKIP() << "this processor has no AVX-512";
  }

  IsaKernels<float>::OptimizerPass pass_ = nullptr;
  const FlushDenormals flush_;  // as plans do
};

bool same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

// Weights, gradients and slots that are collected and then compared in one pass.
struct Values {
  std::vector<float> w, g, v;

  void add(float weight, float gradient, float slot) {
    w.push_back(weight);
    g.push_back(gradient);
    v.push_back(slot);
  }
  // Returns how many weights or slots the pass changes to other values than the formula does, and
  // removes all of them.
  std::size_t different(IsaKernels<float>::OptimizerPass pass, const RMSprop& rule) {
    const Formula formula(rule, {});
    const std::vector<float> old_w = w, old_v = v;
    pass(&formula, {w.data(), g.data(), v.data(), w.size(), w.size()});
    std::size_t count = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
      float weight = old_w[i], slot = old_v[i];
      formula(weight, g[i], &slot);
      count += !same(weight, w[i]) || !same(slot, v[i]);
    }
    w.clear();
    g.clear();
    v.clear();
    return count;
  }
};

// With these a slot keeps its value, the root is that of the slot if it is at least 1, and the
// weight 2^-60 shows all bits of gradient / root.
const RMSprop kShowsQuotient{.learning_rate = 1.0, .rho = 1.0, .epsilon = 0x1p-38};
constexpr float kWeight = 0x1p-60f;
constexpr std::uint32_t kOne = 0x3f800000;  // 1.0f
constexpr std::size_t kMany = 1 << 14;

// Calls f(a) for the mantissas a of 24 bits whose quotient by t, of 24 bits too, is nearest to a
// point half-way between two floats. Such a point is n / 2^e with an odd n of 25 bits, where e is
// 24 if a >= t, otherwise 25. The distance is k / (t 2^e) with k = a 2^e - n t. So n is -k / t
// modulo 2^e, where common factors 2 of k and t are cancelled first.
//
// The pass adds r (a - q t) to q, where r ~ 1 / t. Its error before the last rounding is less than
// 18 / (t 2^e) even if r is only one of the two floats around 1 / t, so a larger k cannot fail.
template <class F>
void for_hard_numerators(std::uint32_t t, const F& f) {
  constexpr int kMost = 24;
  const int zeros = std::countr_zero(t);
  const std::uint64_t odd = t >> zeros;
  std::uint64_t inverse = odd;  // modulo 8; each step doubles the bits
  for (int i = 0; i < 4; ++i) inverse *= 2 - odd * inverse;
  for (int k = -(kMost >> zeros); k <= kMost >> zeros; ++k) {
    if (k % 2 == 0) continue;
    for (const int e : {24, 25}) {
      const std::uint64_t modulus = std::uint64_t{1} << (e - zeros);
      std::uint64_t n = (static_cast<std::uint64_t>(-k) * inverse) % modulus;
      n += ((1 << 24) - n + modulus - 1) / modulus * modulus;
      for (; n < 1 << 25; n += modulus) {
        const std::uint64_t scaled = n * t + (static_cast<std::uint64_t>(k) << zeros);
        const std::uint64_t a = scaled >> e;
        if (a << e != scaled) ADD_FAILURE() << "no numerator";
        if (e == 24 ? a >= t && a < 1 << 24 : a >= 1 << 23 && a < t) f(a);
      }
    }
  }
}

// The quotients are correctly rounded for the hardest numerators of every root, so for all.
TEST_F(UndividedRMSprop, RoundsEveryQuotientCorrectly) {
  Values values;
  std::size_t different = 0, all = 0;
  for (std::uint32_t i = 0; i < 1 << 24; ++i) {
    const float square = std::bit_cast<float>(kOne + i);
    const auto root = std::bit_cast<std::uint32_t>(std::sqrt(square));
    values.add(kWeight, 1.0f, square);
    for_hard_numerators((root & 0x7fffff) | 0x800000, [&](std::uint64_t a) {
      values.add(kWeight, static_cast<float>(a) * 0x1p-23f, square);
    });
    if (values.w.size() < kMany && i + 1 < 1 << 24) continue;
    all += values.w.size();
    different += values.different(pass_, kShowsQuotient);
  }
  EXPECT_EQ(different, 0u);
  EXPECT_GT(all, 200'000'000u);
}

// With a root of all ones the reciprocal is not correctly rounded. Two squares have that root.
TEST_F(UndividedRMSprop, DividesAllNumeratorsByTheRootOfAllOnes) {
  Values values;
  std::size_t different = 0;
  for (std::uint32_t i = 0; i < 1 << 23; ++i) {
    const float g = std::bit_cast<float>(kOne + i);
    for (const float square : {4.0f - 0x1p-22f, 4.0f - 0x1p-21f}) values.add(kWeight, g, square);
    if (values.w.size() == kMany) different += values.different(pass_, kShowsQuotient);
  }
  EXPECT_EQ(different, 0u);
}

std::vector<float> special_values() {
  std::vector<float> all{0.0f,
                         1e-40f,
                         0x1p-127f,
                         0x1p-126f,
                         1.5e-35f,
                         1e-30f,
                         1e-20f,
                         1e-7f,
                         1e-3f,
                         0.7f,
                         1.0f,
                         4.0f - 0x1p-22f,
                         0x1p60f,
                         0x1p66f,
                         0x1p100f,
                         Limits::max(),
                         Limits::infinity(),
                         Limits::quiet_NaN()};
  for (const float near : {0x1p-65f, 0x1p-64f, 0x1p-38f}) {
    for (const float factor : {1.0f - 0x1p-24f, 1.0f, 1.0f + 0x1p-23f})
      all.push_back(near * factor);
  }
  const std::size_t positive = all.size();
  for (std::size_t i = 0; i < positive; ++i) all.push_back(-all[i]);
  return all;
}

// Each triple of values fills a vector, since one lane makes all of them take the formula.
std::size_t different_specials(IsaKernels<float>::OptimizerPass pass, const RMSprop& rule) {
  const std::vector<float> specials = special_values();
  Values values;
  std::size_t different = 0;
  // A smaller epsilon makes the pass take the other form, whose estimate of a root needs positive
  // numbers.
  const bool any_sign = rule.epsilon >= 0x1p-38;
  for (const float w : specials) {
    for (const float g : specials) {
      for (const float v : specials) {
        if (v < 0 && !any_sign) continue;
        for (int lane = 0; lane < 16; ++lane) values.add(w, g, v);
      }
    }
    different += values.different(pass, rule);
  }
  return different;
}

TEST_F(UndividedRMSprop, TakesSpecialValuesAsTheFormulaDoes) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double rate : {0.001, 0.0, -0.5, 1e-38, 1e-42, 0x1p60, 0x1.8p60, 1e38, -1e38,
                            kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    const RMSprop rule{.learning_rate = rate};
    EXPECT_EQ(different_specials(pass_, rule), 0u) << rate;
  }
  for (const double epsilon : {0x1p-38, 0x1p-39, 1e-30, 1e-38, 0.0, 0.5, 1e30, kInfinity, -1.0}) {
    for (const double rho : {0.9, 1.0, 0.0, 2.0, -1.0}) {
      if (epsilon < 0x1p-38 && (rho < 0 || rho > 1)) continue;
      const RMSprop rule{.learning_rate = 0.01, .rho = rho, .epsilon = epsilon};
      EXPECT_EQ(different_specials(pass_, rule), 0u) << epsilon << ' ' << rho;
    }
  }
}

class Random {
 public:
  // A number of either sign with an exponent of [low, high).
  float number(int low, int high) {
    const auto bits = static_cast<std::uint32_t>(random_());
    const auto exponent =
        127 + low + static_cast<int>(random_() % static_cast<unsigned>(high - low));
    return std::bit_cast<float>((bits & 0x807fffff) | static_cast<std::uint32_t>(exponent) << 23);
  }

 private:
  std::mt19937 random_{1};
};

// Numerators around the least normal number beside the smallest weights that do not take the
// formula, and any others.
TEST_F(UndividedRMSprop, GivesTheFormulasBitsForRandomValues) {
  struct Exponents {
    int w[2], g[2], v[2];
  };
  const RMSprop rules[] = {
      {}, {.learning_rate = 1.0, .epsilon = 0x1p-38}, {.learning_rate = 0x1p60}};
  const Exponents exponents[] = {{{-6, 0}, {-20, 0}, {-30, 4}},
                                 {{-68, -60}, {-126, -80}, {-42, -34}},
                                 {{-68, -30}, {-126, -60}, {-126, -20}},
                                 {{-126, 128}, {-126, 128}, {-126, 128}}};
  Random random;
  Values values;
  for (const RMSprop& rule : rules) {
    for (const auto& [w, g, v] : exponents) {
      std::size_t different = 0;
      for (std::size_t i = 0; i < 1 << 21; ++i) {
        values.add(random.number(w[0], w[1]), random.number(g[0], g[1]),
                   std::abs(random.number(v[0], v[1])));
        if (values.w.size() == kMany) different += values.different(pass_, rule);
      }
      EXPECT_EQ(different, 0u) << w[0] << ' ' << g[0] << ' ' << v[0];
    }
  }
}

// Runs of any length, some apart from each other, with gradients that are cleared or not.
TEST_F(UndividedRMSprop, TakesRunsOfAnyLength) {
  constexpr std::size_t kRows = 3;
  const Formula formula(RMSprop{}, {});
  Random random;
  for (const std::size_t columns : {1, 15, 16, 17, 31, 32, 33, 64, 100, 999}) {
    for (const bool clears : {false, true}) {
      const std::size_t stride = columns + 5, n = kRows * stride;
      std::vector<float> w(n), v(n), g(kRows * columns);
      for (float& value : w) value = random.number(-8, 0);
      for (float& value : v) value = std::abs(random.number(-30, 0));
      for (float& value : g) value = random.number(-20, 0);
      std::vector<float> wanted_w = w, wanted_v = v, wanted_g = g;
      for (std::size_t i = 0; i < g.size(); ++i) {
        const std::size_t at = i / columns * stride + i % columns;
        formula(wanted_w[at], g[i], &wanted_v[at]);
        if (clears) wanted_g[i] = 0.0f;
      }
      pass_(&formula,
            {w.data(), g.data(), v.data(), n, columns, kRows, stride, clears ? g.data() : nullptr});
      EXPECT_EQ(w, wanted_w) << columns;
      EXPECT_EQ(v, wanted_v) << columns;
      EXPECT_EQ(g, wanted_g) << columns;
    }
  }
}

}  // namespace
}  // namespace reprise
