// Holm's step-down correction for multiple tests (Holm 1979, Scand. J. Statist. 6, 65-70).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprise {

// Adjusted p-values in the order of `p` (each in [0, 1]). If every hypothesis with an adjusted
// p-value of at most `level` is rejected, the probability of rejecting any true one is at most
// `level`, whatever the dependence between the tests.
std::vector<double> holm(std::span<const double> p);

// The smallest number of runs N with which Holm's correction can reject one of `tests` hypotheses
// at `level`, where the exact rank p-values are at least 1 / (N + 1): 19 for one test at .05, 599
// for 30 tests.
std::size_t runs_for_holm(std::size_t tests, double level);

}  // namespace reprise
