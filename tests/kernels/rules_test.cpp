// Compares the formulas with values that Keras publishes and with finite differences.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"
#include "reprise/kernels/reference/backend.hpp"
#include "reprise/kernels/rules/gradient_clipping.hpp"
#include "reprise/kernels/rules/optimizer.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "tests/support/small_data.hpp"

namespace reprise {
namespace {

// keras/src/losses/losses_test.py: t = [1,0,1,0], p = [1,1,1,0] gives 3.98559 only with the upper
// clip at 1 - 2^-23.
TEST(BinaryCrossentropyRule, MeetsKerasOwnTestValue) {
  const float target[] = {1, 0, 1, 0}, prediction[] = {1, 1, 1, 0};
  EXPECT_NEAR(BinaryCrossentropy{}.value<float>(target, prediction), 3.98559f, 1e-5);
}

TEST(BinaryCrossentropyRule, ValueLiesBetweenItsClips) {
  const float one[] = {1}, zero[] = {0};
  EXPECT_NEAR(BinaryCrossentropy{}.value<float>(one, one), 1.19e-7, 1e-9);
  EXPECT_NEAR(BinaryCrossentropy{}.value<float>(one, zero), 16.118, 1e-3);
  EXPECT_NEAR(BinaryCrossentropy{}.value<float>(zero, one), 15.942, 1e-3);
}

// As in JAX, a clipped prediction has no gradient, and a prediction exactly on a bound has half of
// it.
TEST(BinaryCrossentropyRule, GradientStopsBeyondTheClip) {
  const auto gradient = [](float t, float p) {
    const float target[] = {t}, prediction[] = {p};
    float out[1];
    BinaryCrossentropy{}.gradient<float>(target, prediction, 1.0f, out);
    return out[0];
  };
  EXPECT_EQ(gradient(1, 0.0f), 0.0f);
  EXPECT_EQ(gradient(1, 5e-8f), 0.0f);
  EXPECT_EQ(gradient(0, 1.0f), 0.0f);
  EXPECT_EQ(gradient(1, 0.5f), -2.0f);
  EXPECT_EQ(gradient(0, 0.5f), 2.0f);
  EXPECT_FLOAT_EQ(gradient(1, 1e-7f), -0.5f / 1e-7f);
  EXPECT_FLOAT_EQ(gradient(1, 2e-7f), -1.0f / 2e-7f);
}

// The targets are class numbers or rows, depending on the loss. `upstream` accounts for the mean
// over the columns.
TEST(Gradients, OfLossesMeetFiniteDifferences) {
  auto target = testing::random_matrix<double>(5, 3, 1, 0.1, 0.9);
  Matrix<double> labels(5, 1);
  for (std::size_t i = 0; i < 5; ++i) labels(i, 0) = static_cast<double>(i % 3);
  const auto prediction = testing::random_matrix<double>(5, 3, 2, 0.05, 0.95);
  for (const Loss& loss : testing::every_loss()) {
    std::visit(
        [&](const auto& rule) {
          for (std::size_t i = 0; i < 5; ++i) {
            const auto wanted = rule.sparse_targets ? labels.view().row(i) : target.view().row(i);
            const auto row = prediction.view().row(i);
            std::vector<double> p(row.begin(), row.end()), gradient(3);
            const double upstream = rule.averages ? 1.0 / 3 : 1.0;
            rule.template gradient<double>(wanted, p, upstream, gradient);
            for (std::size_t j = 0; j < 3; ++j) {
              const double h = 1e-6, middle = p[j];
              p[j] = middle + h;
              const double up = rule.template value<double>(wanted, p);
              p[j] = middle - h;
              const double down = rule.template value<double>(wanted, p);
              p[j] = middle;
              EXPECT_NEAR(gradient[j], (up - down) / (2 * h), 1e-7) << rule.name;
            }
          }
        },
        loss);
  }
}

// The gradient of the sum of c_j y_j(z) is what the backward pass computes from dy = c.
TEST(Gradients, OfActivationsMeetFiniteDifferences) {
  const std::vector<double> c{0.3, -0.7, 1.1, 0.2, -0.4, 0.9};
  auto activations = alternatives<Activation>();
  activations.insert(activations.end(),
                     {Relu{.negative_slope = 0.3}, Relu{.max_value = 0.5}, Relu{.threshold = 0.4},
                      Relu{.negative_slope = 0.1, .max_value = 0.9, .threshold = -1.5}});
  for (const Activation& activation : activations) {
    std::visit(
        [&](const auto& rule) {
          std::vector<double> z{-5.0, -1.3, -0.02, 0.03, 0.7, 4.0}, y(6), dz = c;
          const auto weighted_sum = [&] {
            apply_activation<double>(rule, z, y);
            return std::inner_product(y.begin(), y.end(), c.begin(), 0.0);
          };
          weighted_sum();
          pull_back_activation<double>(rule, z, y, dz);
          for (std::size_t j = 0; j < z.size(); ++j) {
            const double h = 1e-6, middle = z[j];
            z[j] = middle + h;
            const double up = weighted_sum();
            z[j] = middle - h;
            const double down = weighted_sum();
            z[j] = middle;
            EXPECT_NEAR(dz[j], (up - down) / (2 * h), 1e-8) << rule.name << " at " << middle;
          }
        },
        activation);
  }
  EXPECT_EQ(Relu{}.derivative(0.0f, Relu{}.value(0.0f)), 0.0f);
}

// NaN must propagate so that a diverged network is visible: max(NaN, 0) is NaN, as in Keras.
TEST(Activations, PropagateNaN) {
  for (const Activation& activation : alternatives<Activation>()) {
    std::visit(
        [](const auto& rule) {
          const double z[] = {std::nan("")};
          double y[1];
          apply_activation<double>(rule, z, y);
          EXPECT_TRUE(std::isnan(y[0])) << rule.name;
        },
        activation);
  }
  EXPECT_TRUE(std::isnan(Relu{.max_value = 1.0}.value(std::nanf(""))));
  EXPECT_TRUE(std::isnan(Relu{.threshold = 1.0}.value(std::nanf(""))));
}

TEST(Activations, FormsOfReluFarBelowItsBound) {
  const float low = -std::numeric_limits<float>::infinity();
  EXPECT_EQ((Relu{.max_value = 1.0}.value(low)), 0.0f);
  EXPECT_EQ((Relu{.negative_slope = 0.5, .max_value = 1.0}.value(low)), low);
  EXPECT_EQ((Relu{.max_value = 1.0, .threshold = -2.0}.value(-1.0f)), 0.0f);  // clipped
  EXPECT_EQ((Relu{.threshold = -2.0}.value(-1.0f)), -1.0f);
}

// One step of learning rate .5 from w = 1 2 3 4 with g = 1 6 7 2 (keras/src/optimizers/*_test.py).
TEST(OptimizerRules, MeetKerasOwnTestValues) {
  const auto step = [](const Optimizer& optimizer) {
    ReferenceBackend<float> backend;
    std::vector<float> w{1, 2, 3, 4};
    const std::vector<float> g{1, 6, 7, 2};
    std::vector<float> slots(w.size() * slots_per_weight(optimizer),
                             static_cast<float>(initial_slot_value(optimizer)));
    OptimizerStep first;
    advance<float>(optimizer, first);
    prepare_step<float>(optimizer, ClipForm::keras_3, w, {});
    backend.optimizer_pass(optimizer, first, w, g, slots);
    return w;
  };
  using ::testing::FloatNear;
  EXPECT_THAT(step(RMSprop{.learning_rate = 0.5}),
              ::testing::ElementsAre(FloatNear(-0.5811f, 1e-4f), FloatNear(0.4189f, 1e-4f),
                                     FloatNear(1.4189f, 1e-4f), FloatNear(2.4189f, 1e-4f)));
  EXPECT_THAT(step(SGD{.learning_rate = 0.5}), ::testing::ElementsAre(0.5f, -1.0f, -0.5f, 3.0f));
  const auto near = [](float a, float b, float c, float d) {
    return ::testing::ElementsAre(FloatNear(a, 1e-4f), FloatNear(b, 1e-4f), FloatNear(c, 1e-4f),
                                  FloatNear(d, 1e-4f));
  };
  EXPECT_THAT(step(Adam{.learning_rate = 0.5}), near(0.5f, 1.5f, 2.5f, 3.5f));
  EXPECT_THAT(step(Adamax{.learning_rate = 0.5}), near(0.5f, 1.5f, 2.5f, 3.5f));
  EXPECT_THAT(step(Lion{.learning_rate = 0.5}), near(0.5f, 1.5f, 2.5f, 3.5f));
  EXPECT_THAT(step(AdamW{.learning_rate = 0.5}), near(0.4980f, 1.4960f, 2.494f, 3.492f));
  EXPECT_THAT(step(Adagrad{.learning_rate = 0.5}), near(0.5233f, 1.5007f, 2.5005f, 3.5061f));
  EXPECT_THAT(step(Adadelta{.learning_rate = 0.5}), near(0.9993f, 1.9993f, 2.9993f, 3.9993f));
  EXPECT_THAT(step(Nadam{.learning_rate = 0.5}), near(0.4686f, 1.4686f, 2.4686f, 3.4686f));
}

// rmsprop_test.py, test_correctness_with_golden: centered, w = 1, first g = .01, then .1 ... 1.0.
TEST(OptimizerRules, CenteredRMSpropMeetsTheFiveStepGolden) {
  const Optimizer optimizer = RMSprop{.centered = true};
  ReferenceBackend<float> backend;
  std::vector<float> w(10, 1.0f), g(10, 0.01f), slots(10 * slots_per_weight(optimizer));
  const float wanted[] = {0.9967f, 0.9933f, 0.9908f, 0.9885f, 0.9864f};
  for (int s = 0; s < 5; ++s) {
    backend.optimizer_pass(optimizer, {s + 1}, w, g, slots);
    for (std::size_t i = 0; i < g.size(); ++i) g[i] = 0.1f * static_cast<float>(i + 1);
    EXPECT_NEAR(w[0], wanted[s], 5e-4) << "step " << s + 1;  // Keras's own tolerance
  }
}

// sgd.py: m = .9 m - .5 g, w += m; with g = 1 throughout w falls by .5, .95, 1.355.
TEST(OptimizerRules, MomentumOfSGDFollowsItsRecurrence) {
  ReferenceBackend<double> backend;
  std::vector<double> plain{0}, nesterov{0}, slot(1), nesterov_slot(1);
  double m = 0, w = 0, wn = 0;
  for (int s = 0; s < 4; ++s) {
    const std::vector<double> g{1};
    backend.optimizer_pass(SGD{.learning_rate = 0.5, .momentum = 0.9}, {s + 1}, plain, g, slot);
    backend.optimizer_pass(SGD{.learning_rate = 0.5, .momentum = 0.9, .nesterov = true}, {s + 1},
                           nesterov, g, nesterov_slot);
    m = 0.9 * m - 0.5;
    w += m;
    wn += 0.9 * m - 0.5;
    EXPECT_NEAR(plain[0], w, 1e-15);
    EXPECT_NEAR(nesterov[0], wn, 1e-15);
  }
}

TEST(BinaryAccuracyRule, ThresholdItselfCountsAsZero) {
  const float one[] = {1}, zero[] = {0}, half[] = {0.5f}, above[] = {0.50001f};
  EXPECT_EQ(BinaryAccuracy{}.value<float>(one, half), 0.0f);
  EXPECT_EQ(BinaryAccuracy{}.value<float>(zero, half), 1.0f);
  EXPECT_EQ(BinaryAccuracy{}.value<float>(one, above), 1.0f);
}

// Every optimizer with an epsilon takes the epsilon of the semantics unless the user gives one.
TEST(SemanticsOfOptimizers, SetTheDefaultEpsilonOfEveryOptimizer) {
  const Semantics& keras = find_semantics("keras-2.0.8");
  for (const Optimizer& optimizer : alternatives<Optimizer>()) {
    const bool known =
        !std::holds_alternative<AdamW>(optimizer) && !std::holds_alternative<Lion>(optimizer);
    if (!known) {
      EXPECT_THROW(resolve(keras, optimizer), Error);
      continue;
    }
    std::visit(
        [](const auto& p) {
          if constexpr (requires { p.epsilon; }) {
            EXPECT_EQ(p.epsilon, 1e-8) << p.name;
          }
        },
        resolve(keras, optimizer));
  }
  EXPECT_EQ(std::get<Adam>(resolve(keras, Adam{.epsilon = 1e-3})).epsilon, 1e-3);
}

TEST(Names, FindEachAlternativeAndNothingElse) {
  EXPECT_THAT(names<Optimizer>(), ::testing::Contains("rmsprop"));
  for (const auto& name : names<Loss>()) EXPECT_EQ(name_of(*by_name<Loss>(name)), name);
  EXPECT_FALSE(by_name<Activation>("gelu2").has_value());
}

}  // namespace
}  // namespace reprise
