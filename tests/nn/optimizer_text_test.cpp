// Optimizers as text: what is taken, what is refused, and that both directions agree.
#include "reprise/nn/optimizer_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "reprise/core/named.hpp"
#include "tests/data/thrown.hpp"

namespace reprise {
namespace {

using ::testing::HasSubstr;
using testing::line_of;

TEST(OptimizerText, TakesEveryNameWithAndWithoutBrackets) {
  for (const std::string& name : names<Optimizer>()) {
    EXPECT_EQ(to_text(optimizer_from(name)), name);
    EXPECT_EQ(to_text(optimizer_from(name + "()")), name);
    EXPECT_EQ(to_text(optimizer_from(name + "(learning_rate=0.25)")),
              name + "(learning_rate=0.25)");
  }
  EXPECT_EQ(to_text(optimizer_from(" RMSprop( rho = 0.5 , centered=true ) ")),
            "rmsprop(rho=0.5, centered=True)");
}

TEST(OptimizerText, SetsTheParameters) {
  const auto sgd = std::get<SGD>(
      optimizer_from("sgd(learning_rate=0.01, momentum=0.9, nesterov=True, clipnorm=1)"));
  EXPECT_EQ(sgd.learning_rate, 0.01);
  EXPECT_EQ(sgd.momentum, 0.9);
  EXPECT_TRUE(sgd.nesterov);
  EXPECT_EQ(sgd.clipnorm, 1.0);
  EXPECT_FALSE(std::get<AdamW>(optimizer_from("adamw(weight_decay=None)")).weight_decay);
}

// A text must give the same optimizer again, whatever version of Keras it is resolved for.
TEST(OptimizerText, IsTheShortestThatGivesTheSame) {
  for (const char* text :
       {"rmsprop(learning_rate=1.0)", "rmsprop(epsilon=1e-07)", "sgd(momentum=0.9, nesterov=True)",
        "adam(beta_1=0.8, amsgrad=True, weight_decay=0.001)",
        "adagrad(initial_accumulator_value=0.1)",
        "lion(use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=10, loss_scale_factor=128.0, "
        "gradient_accumulation_steps=4)"}) {
    EXPECT_EQ(to_text(optimizer_from(text)), text);
  }
  EXPECT_EQ(to_text(optimizer_from("rmsprop(learning_rate=0.001)")), "rmsprop");
  EXPECT_EQ(to_text(optimizer_from("sgd(momentum=0.0)")), "sgd");
}

TEST(OptimizerText, RefusesWhatKerasRefuses) {
  const auto refusal = [](const std::string& text) {
    return line_of([&] { optimizer_from(text); });
  };
  EXPECT_THAT(refusal("rmsprob"), HasSubstr("did you mean 'rmsprop'?"));
  EXPECT_THAT(refusal("sgd(momentun=0.9)"), HasSubstr("did you mean 'momentum'?"));
  EXPECT_THAT(refusal("sgd(rho=0.9)"), HasSubstr("'rho'"));
  EXPECT_THAT(refusal("sgd(lr=0.9)"), HasSubstr("expected learning_rate"));
  EXPECT_THAT(refusal("sgd(0.9)"), HasSubstr("expected NAME=VALUE"));
  EXPECT_THAT(refusal("sgd(momentum=0.9"), HasSubstr("expected a ) at the end"));
  EXPECT_THAT(refusal("sgd(momentum=0.9, momentum=0.8)"), HasSubstr("twice"));
  EXPECT_THAT(refusal("sgd(nesterov=1)"), HasSubstr("expected True or False"));
  EXPECT_THAT(refusal("sgd(learning_rate=1)"), HasSubstr("a float such as 1.0"));
  EXPECT_THAT(refusal("adam(beta_1=nan)"), HasSubstr("expected a number"));
  EXPECT_THAT(refusal("adam(ema_overwrite_frequency=2.5)"), HasSubstr("a whole number or None"));
}

}  // namespace
}  // namespace reprise
