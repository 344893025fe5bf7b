// Holm's step-down correction for several tests at once (Holm 1979, Scand. J. Statist. 6, 65-70).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprise {

// Adjusted p-values in the order of `p` (each in [0, 1]): rejecting those at most `level` is wrong
// about any true hypothesis with at most that probability, whatever their dependence.
std::vector<double> holm(std::span<const double> p);

// The fewest runs N whose exact rank p, at least 1 / (N + 1), can be rejected at `level` as the
// smallest of `tests` under Holm: 19 for one test at .05, 599 for 30.
std::size_t runs_for_holm(std::size_t tests, double level);

}  // namespace reprise
