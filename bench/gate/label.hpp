// From a gate's rounds to its rows.
#pragma once

#include <vector>

#include "bench/compare/measurements.hpp"
#include "bench/gate/result.hpp"

namespace reprise::gate {

// Fills in everything of the result that follows from the rounds: `screen` of all benchmarks, and
// `fresh` of the suspects alone with the looks that were made at it. A benchmark in which BASE is
// called different from itself, in either, is undecided.
void label(GateResult& result, const compare::Measurements& screen,
           const compare::Measurements& fresh, const std::vector<int>& confirm_looks);

}  // namespace reprise::gate
