// Steps that rows without a gradient skip (openmp/skipped_steps.hpp) give the bits of the plain
// steps, for every instruction set of this processor.
#include "reprise/kernels/openmp/skipped_steps.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

#include "reprise/core/denormals.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/dense_update.hpp"
#include "reprise/kernels/openmp/tables.hpp"

namespace reprise {
namespace {

template <class T>
auto bits(T value) {
  return std::bit_cast<std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>(value);
}

// Weights, one slot each and gradients of kRows rows.
constexpr std::size_t kRows = 37;  // more than four groups of eight
template <class T>
struct Rows {
  explicit Rows(std::size_t width) : columns(width), w(kRows * width), v(w), g(w) {}
  OptimizerPiece<T> piece(std::size_t first, std::size_t rows, bool clears) {
    return {&w[first * columns],
            &g[first * columns],
            &v[first * columns],
            w.size(),
            columns,
            rows,
            columns,
            clears ? &g[first * columns] : nullptr};
  }
  std::size_t columns;
  std::vector<T> w, v, g;
};

// Each row has a gradient with a probability of its own, from never to always. Some gradients
// have single values, some are -0, and some are so small that the slot is flushed to 0.
template <class T>
void draw(Rows<T>& rows, std::mt19937& engine) {
  std::uniform_real_distribution<double> unit;
  for (std::size_t row = 0; row < kRows; ++row) {
    T* const g = &rows.g[row * rows.columns];
    std::fill_n(g, rows.columns, T(0));
    if (unit(engine) >= static_cast<double>(row % 6) / 5) continue;
    const double kind = unit(engine);
    if (kind < 0.2) {
      g[engine() % rows.columns] = kind < 0.1 ? T(0.5) : -T(0);
      continue;
    }
    const T scale = kind < 0.3 ? std::numeric_limits<T>::min() : T(1);
    for (std::size_t j = 0; j < rows.columns; ++j) g[j] = scale * static_cast<T>(unit(engine) - .5);
  }
}

template <class T>
void expect_plain_bits(const IsaKernels<T>& kernels, const Optimizer& optimizer,
                       std::size_t columns, T first_weight, T first_slot) {
  std::mt19937 engine(static_cast<unsigned>(columns));
  const FlushDenormals flush;
  Rows<T> lazy(columns), plain(columns);
  for (std::size_t i = 0; i < lazy.w.size(); ++i) {
    lazy.w[i] = plain.w[i] = i % 7 == 0 ? -T(0) : static_cast<T>(i % 11) - T(5);
    lazy.v[i] = plain.v[i] = static_cast<T>(i % 13) / 64;
  }
  lazy.w[columns] = plain.w[columns] = first_weight;
  lazy.v[columns] = plain.v[columns] = first_slot;
  SkippedSteps<T> skipped(kernels, optimizer, kRows, columns);
  skipped.restart(lazy.w, lazy.v);
  for (std::int64_t number = 1; number <= 60; ++number) {
    draw(plain, engine);
    lazy.g = plain.g;
    with_formula<T>(optimizer, {number, 1.0}, [&](const auto& formula) {
      using Formula = std::remove_cvref_t<decltype(formula)>;
      const auto pass = kernels.optimizer_pass[Formulas<T>::template index<Formula>()];
      pass(&formula, plain.piece(0, kRows, false));
      const StepFormula<T> step{pass, &formula};
      skipped.pass(step, lazy.piece(0, 20, true), 0);
      skipped.pass(step, lazy.piece(20, kRows - 20, true), 20);
    });
    ASSERT_EQ(lazy.g, std::vector<T>(lazy.g.size())) << "gradients are not cleared";
    for (std::size_t i = 0; i < lazy.w.size(); ++i) {
      ASSERT_EQ(bits(lazy.w[i]), bits(plain.w[i])) << "weight " << i << " in step " << number;
    }
  }
  skipped.finish(0, 5, lazy.v.data(), columns);
  skipped.finish(5, kRows - 5, &lazy.v[5 * columns], columns);
  for (std::size_t i = 0; i < lazy.v.size(); ++i) {
    ASSERT_EQ(bits(lazy.v[i]), bits(plain.v[i])) << "slot " << i;
  }
}

template <class T>
void expect_plain_bits(const Optimizer& optimizer, T first_weight = 1, T first_slot = 0) {
  for (const IsaInfo& isa : isas()) {
    if (!isa.available) continue;
    for (const std::size_t columns : {1, 16, 32, 33, 63, 64, 65, 130}) {
      SCOPED_TRACE(std::string(isa.name) + ", columns: " + std::to_string(columns));
      expect_plain_bits<T>(kernels_of<T>(isa.name), optimizer, columns, first_weight, first_slot);
    }
  }
}

TEST(SkippedSteps, HaveTheBitsOfPlainSteps) {
  for (const double rho : {0.9, 0.5, 1.0}) {
    expect_plain_bits<float>(RMSprop{.rho = rho});
    expect_plain_bits<double>(RMSprop{.rho = rho});
  }
  expect_plain_bits<float>(RMSprop{.learning_rate = 0.0});
  expect_plain_bits<float>(RMSprop{.epsilon_outside_root = true});
}

// Where a step without a gradient would change more than the slot, or the slot in another way.
TEST(SkippedSteps, AreNotSkippedWhereTheyChangeMore) {
  for (const RMSprop& rule :
       {RMSprop{.momentum = 0.5}, RMSprop{.centered = true}, RMSprop{.learning_rate = -0.1},
        RMSprop{.rho = 0.0}, RMSprop{.epsilon = 0.0}, RMSprop{.epsilon = 1e-42},
        RMSprop{.rho = 1.5}, RMSprop{.rho = 1 + 1e-12}, RMSprop{.rho = 1e-40}}) {
    EXPECT_FALSE(factor_without_gradient<float>(rule));
  }
  EXPECT_FALSE(factor_without_gradient<float>(Adam{}));
  EXPECT_FALSE(factor_without_gradient<float>(SGD{}));
  EXPECT_EQ(factor_without_gradient<float>(RMSprop{}), 0.9f);
  using Limits = std::numeric_limits<float>;
  for (const float slot : {-0.0f, -1e-9f, Limits::denorm_min(), Limits::infinity()}) {
    expect_plain_bits<float>(RMSprop{}, 1, slot);
  }
  for (const float weight : {Limits::denorm_min(), -Limits::min() / 2, -0.0f, Limits::infinity()}) {
    expect_plain_bits<float>(RMSprop{}, weight);
  }
}

}  // namespace
}  // namespace reprise
