// Reads the values of the flags with which a reader changes the book's network. Each function
// throws Error (exit code 2) that begins with the flag for values that Keras refuses.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise::book {

// "rmsprop", "sgd(learning_rate=0.01, momentum=0.9)"; see nn/optimizer_text.hpp
Optimizer parse_optimizer(const std::string& text, const std::string& flag);
// A finite number. require_accepted in flags.cpp checks which of them a version of Keras takes.
double parse_real(const std::string& text, const std::string& flag);
// "32,16": one number from 1 to 1,000,000 for each hidden layer; "0": no hidden layer
std::vector<std::size_t> parse_units(const std::string& text, const std::string& flag);
// A validation_split: above 0 and below 1
double parse_split(const std::string& text, const std::string& flag);

}  // namespace reprise::book
