// The sentence of `reprise bench` for README that says which backend to use.
#pragma once

#include <string>

#include "bench/suite/parts.hpp"

namespace reprise::suite {

// Which backend to use, with the evidence: in how many of the layers in which it was compared it
// is fastest or tied, what share of the layers' time these take, and how much longer each other
// backend takes for all layers of a network (the geometric mean over the networks). If no backend
// is the fastest for all layers of each network, within the margin, the sentence says which one is
// fastest for which network. "" without the part `layers`.
std::string backend_sentence(const SuiteResult& result);

}  // namespace reprise::suite
