// Experiments of the section on MNIST that have a file of their own.
#pragma once

#include "repro/catalogue.hpp"

namespace reprise::book {

Experiment mnist_naive();

}  // namespace reprise::book
