// Optimizers: hyper-parameters as plain aggregates, by Keras's names and with its defaults
// (keras/src/optimizers/*.py, Keras 3.15.1). Formulas: optimizer_formulas.hpp. What happens to the
// gradients before them: gradient_clipping.hpp.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

namespace reprise {

// A hyper-parameter whose default differs between versions of Keras: Keras 3's until a semantics
// set puts its own in; one that the user gives stays.
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

// Every optimizer has these four, none by default. One of the clips at most: clipnorm (each
// variable's gradient by its norm), global_clipnorm (all together), clipvalue; Keras 2 took
// clipnorm and clipvalue together. Weight decay: w -= w weight_decay learning_rate, before the
// step, biases too.

struct RMSprop {
  static constexpr std::string_view name = "rmsprop";
  Versioned learning_rate = Versioned::by_default(0.001);
  double rho = 0.9;
  double momentum = 0.0;
  Versioned epsilon = Versioned::by_default(1e-7);
  bool centered = false;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool epsilon_outside_root = false;  // Keras 2 semantics set it
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
  bool epsilon_outside_root = false;  // Keras 2 semantics set it
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
  double schedule_decay =
      1.0;  // the momentum schedule is .96^(step schedule_decay); .004 in Keras 2
};

struct Lion {
  static constexpr std::string_view name = "lion";
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.99;
  std::optional<double> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
};

// The list that names, flags, tests and help texts iterate.
using Optimizer = std::variant<RMSprop, SGD, Adam, AdamW, Adagrad, Adadelta, Adamax, Nadam, Lion>;

}  // namespace reprise
