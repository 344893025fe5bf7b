// Optimizers: their hyper-parameters as plain aggregates, with Keras's names and defaults
// (keras/src/optimizers/*.py, Keras 3.15.1). optimizer_formulas.hpp has the formulas,
// gradient_clipping.hpp the clipping and weight decay that precede them.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

namespace reprise {

// A hyper-parameter whose default differs between versions of Keras. It starts with Keras 3's
// default, which a set of semantics may replace. A value that the user gives is never replaced.
class Versioned {
 public:
  constexpr Versioned(double value) : value_(value), given_(true) {}
  static constexpr Versioned by_default(double value) {
    Versioned v(value);
    v.given_ = false;
    return v;
  }
  constexpr operator double() const { return value_; }
  void set_default(double value) {
    if (!given_) value_ = value;
  }

 private:
  double value_;
  bool given_;
};

// Every optimizer has weight_decay, clipnorm, global_clipnorm and clipvalue, which are unset
// (AdamW has a weight_decay). weight_decay: w -= w weight_decay learning_rate before the step, for
// biases too. clipnorm limits the norm of each variable's gradient, global_clipnorm the norm of all
// gradients together, clipvalue each element. At most one of the three may be set; Keras 2 accepted
// clipnorm and clipvalue together.

struct RMSprop {
  static constexpr std::string_view name = "rmsprop";
  Versioned learning_rate = Versioned::by_default(0.001);
  double rho = 0.9;
  double momentum = 0.0;
  Versioned epsilon = Versioned::by_default(1e-7);
  bool centered = false;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool epsilon_outside_root = false;  // the semantics of Keras 2 set it
};

struct SGD {
  static constexpr std::string_view name = "sgd";
  double learning_rate = 0.01;
  double momentum = 0.0;
  bool nesterov = false;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
};

struct Adam {
  static constexpr std::string_view name = "adam";
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  Versioned epsilon = Versioned::by_default(1e-7);
  bool amsgrad = false;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
};

// Adam with weight decay (Loshchilov and Hutter 2019)
struct AdamW {
  static constexpr std::string_view name = "adamw";
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  Versioned epsilon = Versioned::by_default(1e-7);
  bool amsgrad = false;
  std::optional<double> weight_decay = 0.004, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
};

struct Adagrad {
  static constexpr std::string_view name = "adagrad";
  Versioned learning_rate = Versioned::by_default(0.001);
  Versioned initial_accumulator_value = Versioned::by_default(0.1);
  Versioned epsilon = Versioned::by_default(1e-7);
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool epsilon_outside_root = false;  // the semantics of Keras 2 set it
};

struct Adadelta {
  static constexpr std::string_view name = "adadelta";
  Versioned learning_rate = Versioned::by_default(0.001);
  double rho = 0.95;
  Versioned epsilon = Versioned::by_default(1e-7);
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
};

struct Adamax {
  static constexpr std::string_view name = "adamax";
  Versioned learning_rate = Versioned::by_default(0.001);
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  Versioned epsilon = Versioned::by_default(1e-7);
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
};

struct Nadam {
  static constexpr std::string_view name = "nadam";
  Versioned learning_rate = Versioned::by_default(0.001);
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  Versioned epsilon = Versioned::by_default(1e-7);
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  // The momentum schedule is .96^(step schedule_decay). The semantics of Keras 2 set .004.
  double schedule_decay = 1.0;
};

struct Lion {
  static constexpr std::string_view name = "lion";
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.99;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
};

// The list over which names, flags, tests and help texts iterate.
using Optimizer = std::variant<RMSprop, SGD, Adam, AdamW, Adagrad, Adadelta, Adamax, Nadam, Lion>;

}  // namespace reprise
