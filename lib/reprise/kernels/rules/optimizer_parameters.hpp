// Lists the parameters of an optimizer by their names in Keras, for the code that treats all alike:
// the text of an optimizer, and what a version of Keras does not have.
#pragma once

#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

// Calls use(name, value) for each parameter that the optimizer `p` has, in Keras's order. `p` is
// one of the alternatives of Optimizer.
template <class P, class Use>
void each_parameter(P& p, Use use) {
  use("learning_rate", p.learning_rate);
  if constexpr (requires { p.rho; }) use("rho", p.rho);
  if constexpr (requires { p.momentum; }) use("momentum", p.momentum);
  if constexpr (requires { p.nesterov; }) use("nesterov", p.nesterov);
  if constexpr (requires { p.initial_accumulator_value; }) {
    use("initial_accumulator_value", p.initial_accumulator_value);
  }
  if constexpr (requires { p.beta_1; }) use("beta_1", p.beta_1);
  if constexpr (requires { p.beta_2; }) use("beta_2", p.beta_2);
  if constexpr (requires { p.epsilon; }) use("epsilon", p.epsilon);
  if constexpr (requires { p.centered; }) use("centered", p.centered);
  if constexpr (requires { p.amsgrad; }) use("amsgrad", p.amsgrad);
  use("weight_decay", p.weight_decay);
  use("clipnorm", p.clipnorm);
  use("clipvalue", p.clipvalue);
  use("global_clipnorm", p.global_clipnorm);
  use("use_ema", p.use_ema);
  use("ema_momentum", p.ema_momentum);
  use("ema_overwrite_frequency", p.ema_overwrite_frequency);
  use("loss_scale_factor", p.loss_scale_factor);
  use("gradient_accumulation_steps", p.gradient_accumulation_steps);
}

}  // namespace reprise
