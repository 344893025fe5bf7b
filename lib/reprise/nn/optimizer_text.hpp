// Optimizers as text, for flags, records and tables.
#pragma once

#include <string>
#include <string_view>

#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise {

// The optimizer that is written as in Python, with Keras's names: "rmsprop", "RMSprop()" or
// "sgd(learning_rate=0.01, momentum=0.9, nesterov=True)". Throws Error with what was found and what
// was expected if there is no such optimizer, parameter or value.
Optimizer optimizer_from(std::string_view text);

// The shortest text for which optimizer_from gives the same optimizer: "rmsprop" with Keras's
// defaults, and otherwise "rmsprop(learning_rate=0.01)".
std::string to_text(const Optimizer& optimizer);

// Sets the learning rate, which every optimizer has.
void set_learning_rate(Optimizer& optimizer, double learning_rate);

}  // namespace reprise
