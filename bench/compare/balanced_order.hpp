// Balanced orders: no contender profits from its position or from its predecessor.
#pragma once

#include <cstddef>
#include <vector>

namespace reprise::compare {

// A Williams design for k treatments (Williams 1949, Aust. J. Sci. Res. A2, 149-168): k sequences
// for even k, 2 k for odd k. Every treatment is equally often in every position and equally often
// after every other one. For two treatments: AB, BA; in succession ABBA.
std::vector<std::vector<std::size_t>> williams_design(std::size_t treatments);

}  // namespace reprise::compare
