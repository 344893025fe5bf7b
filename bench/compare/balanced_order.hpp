// Who runs when: orders in which nobody profits from his place or from who was before him.
#pragma once

#include <cstddef>
#include <vector>

namespace reprise::compare {

// A Williams design for k treatments (Williams 1949, Aust. J. Sci. Res. A2, 149-168): k sequences
// for even k, 2 k for odd, in which each treatment stands in each place equally often and follows
// each other one equally often. Of two: AB, BA, one after another ABBA.
std::vector<std::vector<std::size_t>> williams_design(std::size_t treatments);

}  // namespace reprise::compare
