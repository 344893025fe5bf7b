// The order in which the reference backend adds the terms of a sum.
#pragma once

namespace reprise {

// Both orders are correct. Training with each shows how far rounding alone moves a run
// (nn/divergence.hpp).
enum class Summation { ascending, descending };

}  // namespace reprise
